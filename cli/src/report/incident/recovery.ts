import { type HurtName, hurtEnds, hurtIn } from '../../record/drill.ts';
import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { Invariant } from '../../record/run-record.ts';
import { paragraph, type Section, words } from '../block.ts';
import { repairText } from '../drill/drill-time.ts';
import { type IncidentContext, momentText } from './incident-context.ts';

/** 복구 확인: three different ends: the service answers, the backlog is gone, the data agree; and nothing is left broken. */
export function recovery(context: IncidentContext): Section {
  const { say } = context;
  return {
    id: 'recovery',
    heading: say('incident.recovery'),
    blocks: [
      words(
        null,
        [say('head.checked'), say('head.clock'), say('head.since-impact'), say('head.evidence')],
        [
          [say('incident.service'), ...end(context, 'answers'), say('incident.service-how')],
          [say('incident.backlog'), ...end(context, 'backlog'), backlog(context)],
          [say('incident.consistency'), ...end(context, 'data'), consistency(context)],
          [say('incident.left'), '—', '—', left(context)],
        ],
      ),
      paragraph(say('incident.recovery-last')),
    ],
  };
}

/** When it was well again, and how long after the impact; that only where it had been hurt. */
function end(context: IncidentContext, name: HurtName): [at: string, length: string] {
  const { assessment } = context;
  const id = hurtEnds[name];
  const { impactAt = null, [id]: at = null } = assessment?.moments ?? {};
  const isHurt = assessment !== null && hurtIn(assessment).includes(name);
  const isEnded = isHurt && impactAt !== null && at !== null;
  return [momentText(context, id), isEnded ? repairText(context, at - impactAt) : '—'];
}

function backlog({ say, format, one }: IncidentContext): string {
  const { drain } = one.run.record;
  if (drain === null) return say('not-run');
  const took = format.span(drain.tookMs);
  return say(drain.drained ? 'incident.drained' : 'incident.undrained', { took });
}

/** Before a repair and after it. */
function consistency(context: IncidentContext): string {
  const { say, one } = context;
  const before = countsText(context, one.run.record.invariants);
  const { repair } = one.drill;
  if (repair === null) return before;
  const { figures, error, skipped } = repair;
  if (skipped !== null) return [before, say(`repair-skipped.${skipped}`)].join(' · ');
  if (figures === null) return [before, say('incident.repair-failed', { error: error ?? '—' })].join(' · ');
  const repaired = Object.values(figures).reduce((sum, count) => sum + count, 0);
  const values = { repaired: context.format.count(repaired), after: countsText(context, repair.invariants) };
  return [before, say('incident.repaired', values)].join(' · ');
}

function countsText({ say, name, format }: IncidentContext, invariants: readonly Invariant[]): string {
  if (invariants.length === 0) return say('not-run');
  const checked = invariants.filter((invariant) => !hadNothingToCheck(invariant));
  const of = (outcome: string) => checked.filter((invariant) => invariant.outcome === outcome);
  const counted = say('overview.invariants', {
    held: of('held').length,
    violated: of('violated').length,
    undetermined: of('undetermined').length,
  });
  const broken = of('violated').map(({ id, violations }) => `${name('invariant', id)} ${format.count(violations)}`);
  return [counted, ...broken].join(' · ');
}

/** What the undo says of each thing that it had to put back. */
function left({ say, one }: IncidentContext): string {
  const { injection } = one.drill;
  if (injection === null) return say('incident.never-injected');
  const failed = injection.undone.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) {
    return say('incident.left-over', { subjects: failed.map(({ subject }) => subject).join(', ') });
  }
  return injection.revertedAt === null ? say('incident.cannot-say') : say('incident.nothing-left');
}
