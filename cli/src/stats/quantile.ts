/**
 * Quantile of a list of numbers in any order, by linear interpolation between the closest ranks.
 * The same rule as k6's `TrendSink.P` (type 7 of Hyndman and Fan), so that both sides of a comparison agree.
 *
 * @param q 0 … 1
 * @returns null when there are no values
 */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(1, Math.max(0, q)) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) return null;
  return between(below, above, rank - Math.floor(rank));
}

/** `below` + `share` of the way to `above`; also where the way itself is beyond all numbers. */
export function between(below: number, above: number, share: number): number {
  const way = above - below;
  return Number.isFinite(way) ? below + way * share : below * (1 - share) + above * share;
}
