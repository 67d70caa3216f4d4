import { quantile } from './quantile.ts';

interface Timed {
  readonly t: number;
  readonly value: number;
}

export interface WorstWindow {
  /** Median of the readings in it. */
  readonly value: number;
  /** Time of its first and last reading, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/**
 * The stretch of `lengthMs` whose readings have the highest median: what lasted, where a maximum is one reading and the
 * median of a whole run forgets its last step. Null when no stretch has as many as `least` readings.
 *
 * @param points in the order of time
 */
export function worstWindow(points: readonly Timed[], lengthMs: number, least: number): WorstWindow | null {
  let worst: WorstWindow | null = null;
  let end = 0;
  for (const [start, first] of points.entries()) {
    while (end < points.length && (points[end]?.t ?? 0) < first.t + lengthMs) end += 1;
    if (end - start < least) continue;
    const inside = points.slice(start, end);
    const median = quantile(
      inside.map(({ value }) => value),
      0.5,
    );
    if (median === null || (worst !== null && median <= worst.value)) continue;
    worst = { value: median, from: first.t, to: inside.at(-1)?.t ?? first.t };
  }
  return worst;
}
