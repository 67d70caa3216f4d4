/** Of a one-sided bound that holds with 95 %. */
const z95 = 1.645;

/**
 * Upper bound of a share that was seen `bad` times in `samples`, 0–1: the true one is not above it with 95 % (one-sided score
 * interval, Wilson 1927): `(p + z²/2n + z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`. 1 where nothing was seen.
 *
 * @param bad may be a fraction, where a sample was bad in part
 */
export function wilsonUpper(bad: number, samples: number, z = z95): number {
  if (samples <= 0) return 1;
  const p = bad / samples;
  const square = (z * z) / samples;
  const spread = z * Math.sqrt((p * (1 - p)) / samples + square / (4 * samples));
  return Math.min(1, (p + square / 2 + spread) / (1 + square));
}
