import { type Assessment, hurtIn, recoveryOf } from '../../record/drill.ts';
import type { SectionContext } from '../section-context.ts';
import { wrongDataText } from './drill-damage.ts';
import { isBelowAlarm, repairText, timeText } from './drill-time.ts';
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
  const { moments, ttdMs } = assessment;
  if (moments.impactAt === null) return say('plain.nobody');
  const missed = isBelowAlarm(assessment) ? 'below-alarm' : 'not-detected';
  const detected = ttdMs === null ? missed : ttdMs < 0 ? 'detected-before' : 'detected';
  return say('plain.outcome', {
    hurt: allHurt(context, one),
    detected: say(`plain.${detected}`, { time: timeText(context, [one], 'ttdMs') }),
    recovered: recovered(context, assessment),
  });
}

/** Of wrong data and of a backlog in words of their own, where they were the last to be well again or were not. */
function recovered(context: SectionContext, assessment: Assessment): string {
  const { ttrMs } = assessment;
  const { by } = recoveryOf(assessment);
  const last = by.includes('data') ? 'data' : by.includes('backlog') ? 'backlog' : 'answers';
  const time = repairText(context, ttrMs);
  return context.say(`plain.${ttrMs === null ? 'not-recovered' : 'recovered'}-${last}`, { time });
}

/** Wrong data beside answers that were bad are told with them. */
function allHurt(context: SectionContext, one: DrilledRun): string {
  const assessment = trusted(one);
  const text = hurt(context, one);
  if (assessment?.impactBy === 'data' || assessment == null || !hurtIn(assessment).includes('data')) return text;
  return context.say('plain.and-data', { hurt: text, damages: wrongDataText(context, assessment.damage) });
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
