import type { ReportedRun } from './api-figures.ts';
import { counterTotals } from './series-total.ts';
import { summaryOf } from './summary-metric.ts';

/**
 * Iterations that k6 could not start in time. k6 emits the metric only when there is one, so its absence from a summary
 * is none. `cannot`: users of a closed model wait instead. Null: k6 left no summary, unasked.
 */
export function droppedIterations(run: ReportedRun): number | 'cannot' | null {
  const { record } = run;
  const count = countOf(run);
  if (count === null) return record.scenario?.model === 'closed' ? 'cannot' : null;
  // Shared iterations that ran out of time are dropped in a closed model too.
  return count === 0 && record.scenario?.model === 'closed' ? 'cannot' : count;
}

function countOf({ record, series }: ReportedRun): number | null {
  const { load } = record;
  if (load?.withoutSummary === true) {
    if (series.load.length === 0) return null;
    return counterTotals(series).reduce((sum, { name, value }) => sum + (name === 'dropped_iterations' ? value : 0), 0);
  }
  if (load === null || load.summary === null) return null;
  return summaryOf(record, 'dropped_iterations')?.count ?? 0;
}
