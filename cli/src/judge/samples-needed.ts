/**
 * Samples without which a percentile is only the maximum by another name: one beyond it on average,
 * 100 for p(99), 20 for p(95), 10 for p(90). 1 for what is no percentile.
 */
export function samplesNeeded(percentile: number): number {
  return percentile < 100 ? Math.ceil(100 / (100 - percentile) - 1e-9) : 1;
}
