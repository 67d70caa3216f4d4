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
 */
export function counterIncrease(points: readonly Timed[], from: number, to: number): number | null {
  const inside = within(points, from, to);
  if (inside.length === 0) return null;
  const before = points.filter(({ t }) => t < from).at(-1);
  const readings = before === undefined ? inside : [before, ...inside];
  let increase = 0;
  for (let index = 1; index < readings.length; index += 1) {
    const [former, next] = [readings[index - 1]?.value ?? 0, readings[index]?.value ?? 0];
    increase += next >= former ? next - former : next;
  }
  return increase;
}

/** Longest run of neighbours for which `broken` holds, as the time from the first to the end of the last, in ms. */
export function longestBroken(points: readonly Timed[], stepMs: number, broken: (value: number) => boolean): number {
  let longest = 0;
  let since: number | null = null;
  for (const { t, value } of points) {
    if (!broken(value)) since = null;
    else {
      since ??= t;
      longest = Math.max(longest, t - since + stepMs);
    }
  }
  return longest;
}
