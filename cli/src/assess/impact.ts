import type { GoodSecond } from './good-second.ts';
import { isBad, isGross, stepOf, type Tolerance } from './tolerance.ts';

/**
 * Sum of steps that is an impact. With a baseline of 28 s without a bad second: three clearly bad ones in a row or four that are
 * just bad; with three bad ones among them: seven. Among 150 simulated minutes each, it was reached without a fault in none where counts
 * vary by 10 %, times by a long tail or one answer in 500 fails; in one where one second in twenty is four times as slow; in
 * four at five requests a second; and in ten of a load that has all of that.
 */
const limit = 7;

/** How long a fault stood, in epoch milliseconds; without an end where it was not undone. */
export interface FaultSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * The first bad second of an impact, which holds or follows `since`; null for none. One noisy second is none, unless it is gross
 * and the fault stood: afterwards a machine has such seconds of its own. Suspicion grows with bad seconds and shrinks with good
 * ones (CUSUM), the less the more the baseline itself had.
 *
 * @param since epoch milliseconds
 */
export function findImpact(
  offered: readonly GoodSecond[],
  tolerance: Tolerance,
  fault: FaultSpan,
  since = fault.from,
): GoodSecond | null {
  const first = offered.findIndex(({ to }) => to > since);
  let sum = 0;
  for (const [index, second] of offered.entries()) {
    if (first < 0 || index < first) continue;
    sum = Math.max(0, sum + stepOf(second, tolerance));
    const isHit = second.from < fault.to && isGross(second, tolerance);
    if (sum > limit || isHit) return onsetOf(offered.slice(first, index + 1), tolerance);
  }
  return null;
}

/** What CUSUM's steps are changed by where eight of ten seconds are bad rather than half of them. */
const denser = { bad: Math.log(0.8 / 0.5), good: Math.log(0.2 / 0.5) } as const;

/**
 * The likeliest begin of an impact that was found with the last of these seconds, if most of its seconds are bad. A bad one by
 * itself, with a good one behind it, is noise before the impact where others stand together.
 */
function onsetOf(seconds: readonly GoodSecond[], tolerance: Tolerance): GoodSecond | null {
  let [sum, most, onset] = [0, Number.NEGATIVE_INFINITY, seconds.length - 1];
  for (const [back, second] of seconds.toReversed().entries()) {
    const isHit = isBad(second, tolerance);
    sum += stepOf(second, tolerance) + (isHit ? denser.bad : denser.good);
    if (isHit && sum > most) [most, onset] = [sum, seconds.length - 1 - back];
  }
  const hit = seconds.slice(onset);
  const together = hit.find((second, index) => {
    const next = hit[index + 1];
    const isFollowed = next !== undefined && isBad(second, tolerance) && isBad(next, tolerance);
    return isFollowed || isGross(second, tolerance);
  });
  return together ?? hit[0] ?? null;
}
