interface Timed {
  readonly t: number;
  readonly value: number;
}

/** The points with `from ≤ t ≤ to`; all times in epoch milliseconds. */
export function within<T extends { readonly t: number }>(points: readonly T[], from: number, to: number): T[] {
  return points.filter(({ t }) => t >= from && t <= to);
}

/**
 * How much a running total grew between `from` and `to`: from the last reading before `from` (else the first one in the
 * window) to the last in the window. A total that goes back means that its owner started again at 0. Null for no reading.
 *
 * @param bornAtZero the total came into being with its first reading, so that all of that is growth, too
 */
export function counterIncrease(points: readonly Timed[], from: number, to: number, bornAtZero = false): number | null {
  const inside = within(points, from, to);
  const [first] = inside;
  if (first === undefined) return null;
  const before = points.filter(({ t }) => t < from).at(-1)?.value ?? (bornAtZero ? 0 : first.value);
  return inside.reduce(
    ({ increase, former }, { value }) => ({ increase: increase + growth(former, value), former: value }),
    { increase: 0, former: before },
  ).increase;
}

/** True when a running total began anew between `from` and `to`: what its owner counted last is then not known. */
export function beganAnew(points: readonly Timed[], from: number, to: number): boolean {
  const before = points.filter(({ t }) => t < from).slice(-1);
  const known = [...before, ...within(points, from, to)];
  return known.some(({ value }, index) => value < (known[index - 1]?.value ?? value));
}

/** The growth of a running total from each reading to the next, at the time of the latter. */
export function increases(points: readonly Timed[]): Array<Timed & { readonly seconds: number }> {
  return points.slice(1).flatMap(({ t, value }, index) => {
    const former = points[index];
    return former === undefined ? [] : [{ t, value: growth(former.value, value), seconds: (t - former.t) / 1_000 }];
  });
}

/** The same as growth per second; two readings at one moment have none. */
export function rates(points: readonly Timed[]): Timed[] {
  return increases(points).flatMap(({ t, value, seconds }) => (seconds > 0 ? [{ t, value: value / seconds }] : []));
}

function growth(former: number, next: number): number {
  return next >= former ? next - former : next;
}

/**
 * Longest run of neighbours for which `broken` holds, as the time from the first to the end of the last, in ms.
 * One missing neighbour does not end a run; two do, because what lies between is not known.
 *
 * @param stepMs time that one point stands for
 */
export function longestBroken(points: readonly Timed[], stepMs: number, broken: (value: number) => boolean): number {
  let longest = 0;
  let since: number | null = null;
  let former = Number.NEGATIVE_INFINITY;
  for (const { t, value } of points) {
    if (!broken(value) || t - former > 2.5 * stepMs) since = null;
    if (broken(value)) {
      since ??= t;
      longest = Math.max(longest, t - since + stepMs);
    }
    former = t;
  }
  return longest;
}
