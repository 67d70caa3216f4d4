import { type IterationSplit, type SplitResult, iterationSplit as splitOf } from '../stats/iteration-split.ts';
import type { ReportedRun } from './api-figures.ts';
import { trendTotal } from './series-total.ts';
import { summaryOf } from './summary-metric.ts';

export type { IterationSplit };

/** Where the time of all iterations of a run went. */
export function iterationSplit(run: ReportedRun): SplitResult {
  return splitOf((trend) => sum(run, trend), run.record.load?.iterations ?? null);
}

/** Exact either way: a histogram keeps the sum of its samples. A script that is not ours may want no average or no count. */
function sum({ record, series }: ReportedRun, name: string): number | null {
  const { avg, count } = summaryOf(record, name) ?? {};
  if (avg !== undefined && count !== undefined) return avg * count;
  const total = trendTotal(series, name);
  return total.count === 0 ? null : total.sum;
}
