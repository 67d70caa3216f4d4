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
 *
 * @param sum all samples of a trend added up, in milliseconds; null when it has none
 * @param iterations of k6's last progress line; null when it could not be read
 */
export function iterationSplit(
  sum: (trend: string) => number | null,
  iterations: { readonly complete: number; readonly interrupted: number } | null,
): SplitResult {
  const total = sum('iteration_duration');
  if (total === null || !(total > 0)) return 'no-iterations';
  const { complete, interrupted } = iterations ?? { complete: 0, interrupted: 0 };
  if (interrupted > fewCut * complete) return 'cut-iterations';
  const requests = sum('http_req_duration') ?? 0;
  const http = (sum('http_wall_time') ?? requests + (sum('http_req_blocked') ?? 0)) / total;
  const thinking = sum('think_time');
  const think = thinking === null ? null : thinking / total;
  const rest = 1 - http - (think ?? 0);
  if (rest < -fewCut) return 'parallel-requests';
  return { http, think, rest: Math.max(0, rest) };
}
