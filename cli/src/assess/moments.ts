import type { Drill, Moments } from '../record/drill.ts';
import type { RunRecord } from '../record/run-record.ts';
import { notifies } from './doubts.ts';
import type { DrillCourse } from './drill-course.ts';

/** The moments of a drill in the order in which they are told; what did not happen is null. */
export function momentsOf(
  { phases, injection, notifications }: Drill,
  { phases: runPhases, invariants }: Pick<RunRecord, 'phases' | 'invariants'>,
  { since, alarms, answers, backlog }: DrillCourse,
): Moments {
  const delivered = notifications
    .filter(({ sentAt }) => sentAt >= since)
    .flatMap(({ deliveredAt }) => deliveredAt ?? []);
  const isConsistent = invariants.length > 0 && invariants.every(({ outcome }) => outcome === 'held');
  return {
    injectedAt: injection?.injectedAt ?? null,
    impactAt: answers?.impactAt ?? backlog?.roseAt ?? null,
    detectedAt: alarms.find(notifies)?.t ?? null,
    notifiedAt: delivered.length === 0 ? null : Math.min(...delivered),
    mitigatedAt: phases.find(({ name }) => name === 'mitigate')?.startedAt ?? null,
    revertedAt: injection?.revertedAt ?? null,
    restoredAt: answers?.restoredAt ?? null,
    drainedAt: backlog?.drainedAt ?? null,
    consistentAt: isConsistent ? (runPhases.find(({ name }) => name === 'verify')?.endedAt ?? null) : null,
  };
}

/** Milliseconds from one moment to the other; null where one of them did not happen. Negative where it came first. */
export function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
