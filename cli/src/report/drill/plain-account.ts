import type { SectionContext } from '../section-context.ts';
import { timeText } from './drill-time.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';
import { faultText } from './fault-text.ts';

/** What happened, for readers who are no engineers: a sentence of what was broken, and one of what became of it. */
export function plainAccount(context: SectionContext, one: DrilledRun): string {
  const what = firstSentence(faultText(context, one.drill, 'fault-what'));
  return `${what} ${outcome(context, one)}`;
}

function firstSentence(text: string): string {
  return /^.+?\.(?=\s)/s.exec(text)?.[0] ?? text;
}

function outcome(context: SectionContext, one: DrilledRun): string {
  const { say } = context;
  const assessment = trusted(one);
  if (assessment === null) return say('plain.untrusted');
  const { moments, ttdMs, ttrMs } = assessment;
  if (moments.impactAt === null) return say('plain.nobody');
  const length = (time: 'ttdMs' | 'ttrMs') => timeText(context, [one], time);
  const detected = ttdMs === null ? 'not-detected' : ttdMs < 0 ? 'detected-before' : 'detected';
  return say('plain.outcome', {
    hurt: hurt(context, one),
    detected: say(`plain.${detected}`, { time: length('ttdMs') }),
    recovered: say(ttrMs === null ? 'plain.not-recovered' : 'plain.recovered', { time: length('ttrMs') }),
  });
}

function hurt({ say, format }: SectionContext, one: DrilledRun): string {
  const { damage = null, impactBy = null } = trusted(one) ?? {};
  if (impactBy === 'backlog') return say('plain.backlog');
  if (impactBy === 'data') return say('plain.data');
  if (damage === null) return say('plain.unknown');
  const { offered, lost } = damage;
  if (lost === 0) return say('plain.slow');
  const share = format.share(offered > 0 ? lost / offered : null);
  return say('plain.lost', { offered: format.count(offered), lost: format.count(lost), share });
}
