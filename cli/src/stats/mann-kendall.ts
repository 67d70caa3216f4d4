/**
 * Mann–Kendall test for a trend, as the z of its normal approximation with the correction for continuity: positive where
 * later values tend to be higher. 2.33 is one-sided 1 %; six values that all rise have 2.63. 0 for fewer than two values.
 */
export function mannKendall(values: readonly number[]): number {
  let score = 0;
  for (const [later, value] of values.entries()) {
    for (let earlier = 0; earlier < later; earlier += 1) score += Math.sign(value - (values[earlier] ?? value));
  }
  const n = values.length;
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  return variance === 0 || score === 0 ? 0 : (score - Math.sign(score)) / Math.sqrt(variance);
}
