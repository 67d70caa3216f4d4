import type { RunRecord } from '../record/run-record.ts';
import { summaryOf } from './summary-metric.ts';

/**
 * Iterations that k6 could not start in time. k6 emits the metric only when there is one, so its absence from a summary
 * is none. `cannot`: users of a closed model wait instead. Null: k6 left no summary.
 */
export function droppedIterations(record: RunRecord): number | 'cannot' | null {
  const summary = record.load?.summary ?? null;
  if (summary === null) return record.scenario?.model === 'closed' ? 'cannot' : null;
  const count = summaryOf(record, 'dropped_iterations')?.count ?? 0;
  // Shared iterations that ran out of time are dropped in a closed model too.
  return count === 0 && record.scenario?.model === 'closed' ? 'cannot' : count;
}
