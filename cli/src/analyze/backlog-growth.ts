import type { Point } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { theilSen } from '../stats/theil-sen.ts';
import { within } from '../stats/window.ts';

/** How what waits to be processed changed towards the end of the load. */
export interface BacklogGrowth {
  readonly perSecond: number;
  /** Grown in the window by its slope. */
  readonly grown: number;
  /** Median of the window's last fifth. */
  readonly level: number;
  readonly from: number;
  readonly to: number;
  readonly isGrowing: boolean;
}

const leastWindowMs = 20_000;
const leastReadings = 8;

/**
 * Looks at the second half of the readings (20 s at least): what grew only at first was caught up with. It grows when the
 * slope is above zero beyond the noise, and when it grew by `least` and by twice the spread about its line: a group
 * that commits every five seconds is a sawtooth as high as what five seconds bring.
 *
 * @param least smallest backlog and growth that mean anything
 * @returns null for fewer than eight readings
 */
export function backlogGrowth(points: readonly Point[], least: number): BacklogGrowth | null {
  const first = points[0]?.t ?? 0;
  const to = points.at(-1)?.t ?? 0;
  const from = Math.max(first, to - Math.max(leastWindowMs, (to - first) / 2));
  const inside = within(points, from, to);
  const trend = inside.length < leastReadings ? null : theilSen(inside);
  if (trend === null) return null;
  const grown = (trend.slope * (to - from)) / 1_000;
  const tail = within(inside, to - (to - from) / 5, to).map(({ value }) => value);
  const level = quantile(tail, 0.5) ?? 0;
  const isGrowing = trend.lowest > 0 && grown >= Math.max(least, 2 * trend.spread) && level >= least;
  return { perSecond: trend.slope, grown, level, from, to, isGrowing };
}
