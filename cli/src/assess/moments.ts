import { type Drill, type Moments, notifies } from '../record/drill.ts';
import type { Invariant, Phase, RunRecord } from '../record/run-record.ts';
import type { DrillCourse } from './drill-course.ts';

/** The moments of a drill in the order in which they are told; what did not happen is null. */
export function momentsOf(
  { phases, injection, notifications, repair }: Drill,
  { phases: runPhases, invariants }: Pick<RunRecord, 'phases' | 'invariants'>,
  { since, begunAt, alarms, answers, backlog, impactBy }: DrillCourse,
): Moments {
  const delivered = notifications
    .filter(({ sentAt }) => sentAt >= begunAt)
    .flatMap(({ deliveredAt }) => deliveredAt ?? []);
  const endOf = (wanted: Phase['name']) => runPhases.find(({ name }) => name === wanted)?.endedAt ?? null;
  const consistentAt = holds(invariants) ? endOf('verify') : holds(repair?.invariants ?? []) ? endOf('repair') : null;
  return {
    injectedAt: injection?.injectedAt ?? null,
    impactAt: impactOf({ since, answers, backlog, impactBy }),
    detectedAt: alarms.find(notifies)?.t ?? null,
    notifiedAt: delivered.length === 0 ? null : Math.min(...delivered),
    mitigatedAt: phases.find(({ name }) => name === 'mitigate')?.startedAt ?? null,
    revertedAt: injection?.revertedAt ?? null,
    restoredAt: answers?.restoredAt ?? null,
    drainedAt: backlog?.drainedAt ?? null,
    consistentAt,
  };
}

function impactOf({
  since,
  answers,
  backlog,
  impactBy,
}: Pick<DrillCourse, 'since' | 'answers' | 'backlog' | 'impactBy'>): number | null {
  if (impactBy === 'data') return since;
  return (impactBy === 'answers' ? answers?.impactAt : backlog?.roseAt) ?? null;
}

function holds(invariants: readonly Invariant[]): boolean {
  return invariants.length > 0 && invariants.every(({ outcome }) => outcome === 'held');
}

/** Milliseconds from one moment to the other; null where one of them did not happen. Negative where it came first. */
export function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
