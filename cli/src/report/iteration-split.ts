import type { RunRecord } from '../record/run-record.ts';
import { type SummaryMetric, summaryOf } from './summary-metric.ts';

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
export function iterationSplit(record: RunRecord): SplitResult {
  const total = sum(summaryOf(record, 'iteration_duration'));
  if (total === null || total <= 0) return 'no-iterations';
  const { complete, interrupted } = record.load?.iterations ?? { complete: 0, interrupted: 0 };
  if (interrupted > fewCut * complete) return 'cut-iterations';
  const wall = sum(summaryOf(record, 'http_wall_time'));
  const requests = sum(summaryOf(record, 'http_req_duration')) ?? 0;
  const http = (wall ?? requests + (sum(summaryOf(record, 'http_req_blocked')) ?? 0)) / total;
  const think = sum(summaryOf(record, 'think_time'));
  const thinkShare = think === null ? null : think / total;
  const rest = 1 - http - (thinkShare ?? 0);
  if (rest < -fewCut) return 'parallel-requests';
  return { http, think: thinkShare, rest: Math.max(0, rest) };
}

function sum(metric: SummaryMetric | null): number | null {
  return metric?.avg === undefined || metric.count === undefined ? null : metric.avg * metric.count;
}
