import type { ReportedRun } from './api-figures.ts';
import { trendTotal } from './series-total.ts';
import { summaryOf } from './summary-metric.ts';

/** Where the time of all iterations went, as shares of their sum. */
export interface IterationSplit {
  readonly http: number;
  /** Null when the script does not record it: waiting and script time can then not be told apart. */
  readonly think: number | null;
  readonly rest: number;
}

export type SplitResult = IterationSplit | 'no-iterations' | 'cut-iterations' | 'parallel-requests';

/** Share of cut iterations up to which their requests do not matter. */
const fewCut = 0.01;

/**
 * From exact sums: HTTP = Σ `http_wall_time` where the script records it, else Σ (`http_req_duration` +
 * `http_req_blocked`), over Σ `iteration_duration`. `blocked` holds connecting and TLS already. With parallel requests
 * the sum exceeds the iteration, and nothing can be said; nor where many iterations were cut, which k6 counts in the
 * requests but not in the iterations.
 */
export function iterationSplit(run: ReportedRun): SplitResult {
  const total = sum(run, 'iteration_duration');
  if (total === null || total <= 0) return 'no-iterations';
  const { complete, interrupted } = run.record.load?.iterations ?? { complete: 0, interrupted: 0 };
  if (interrupted > fewCut * complete) return 'cut-iterations';
  const wall = sum(run, 'http_wall_time');
  const requests = sum(run, 'http_req_duration') ?? 0;
  const http = (wall ?? requests + (sum(run, 'http_req_blocked') ?? 0)) / total;
  const think = sum(run, 'think_time');
  const thinkShare = think === null ? null : think / total;
  const rest = 1 - http - (thinkShare ?? 0);
  if (rest < -fewCut) return 'parallel-requests';
  return { http, think: thinkShare, rest: Math.max(0, rest) };
}

/** Exact either way: a histogram keeps the sum of its samples. A script that is not ours may want no average or no count. */
function sum({ record, series }: ReportedRun, name: string): number | null {
  const { avg, count } = summaryOf(record, name) ?? {};
  if (avg !== undefined && count !== undefined) return avg * count;
  const total = trendTotal(series, name);
  return total.count === 0 ? null : total.sum;
}
