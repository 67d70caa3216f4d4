import type { Point } from '../record/series-index.ts';

const secondMs = 1_000;
/** A reading may come a little late, but two without one between them are not neighbours. */
const neighbourMs = 1.5 * secondMs;

/**
 * The longest time in whole seconds for which k6 neither ran nor wanted to: it was stopped. Its timers alone make a k6 with
 * nothing to do run at every flush of its output, so that a time of exactly 0 is none of that.
 *
 * @param cpu cores that it used, and `wait` cores that it waited for, one reading a second
 */
export function stoodStillSeconds(cpu: readonly Point[], wait: readonly Point[], from: number, to: number): number {
  const waits = new Map(wait.map(({ t, value }) => [t, value]));
  let longest = 0;
  let still = 0;
  let former = Number.NEGATIVE_INFINITY;
  for (const { t, value } of cpu) {
    if (t < from || t > to) continue;
    const isStill = value === 0 && waits.get(t) === 0;
    still = isStill ? (t - former <= neighbourMs ? still : 0) + 1 : 0;
    longest = Math.max(longest, still);
    former = t;
  }
  return longest;
}
