import { type Metric, parseMetricKey } from '../record/metric-key.ts';
import type { Point, Series } from '../record/series-index.ts';
import { counterIncrease, within } from '../stats/window.ts';

/** Between which moments a figure is taken, in epoch milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Peak {
  readonly value: number;
  readonly tags: Metric['tags'];
}

type Matches = (metric: Metric) => boolean;

/** How much all counters that match grew together; null when none was read. */
export function growthOf(series: Series, matches: Matches, { from, to }: Window): number | null {
  const grown = matching(series, matches)
    .map(({ points }) => counterIncrease(points, from, to))
    .filter((value) => value !== null);
  return grown.length === 0 ? null : grown.reduce((sum, value) => sum + value, 0);
}

/** The highest reading of all gauges that match, and whose it is; null when none was read. */
export function peakOf(series: Series, matches: Matches, window: Window): Peak | null {
  return extremeOf(series, matches, window, (a, b) => a > b);
}

/** The lowest reading. */
export function lowestOf(series: Series, matches: Matches, window: Window): Peak | null {
  return extremeOf(series, matches, window, (a, b) => a < b);
}

export const named =
  (name: string): Matches =>
  (metric) =>
    metric.name === name;

function extremeOf(
  series: Series,
  matches: Matches,
  { from, to }: Window,
  isMore: (a: number, b: number) => boolean,
): Peak | null {
  let found: Peak | null = null;
  for (const { metric, points } of matching(series, matches)) {
    for (const { value } of within(points, from, to)) {
      if (found === null || isMore(value, found.value)) found = { value, tags: metric.tags };
    }
  }
  return found;
}

export function matching(series: Series, matches: Matches): Array<{ metric: Metric; points: readonly Point[] }> {
  return [...series.points]
    .map(([key, points]) => ({ metric: parseMetricKey(key), points }))
    .filter(({ metric }) => matches(metric))
    .sort((a, b) => (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1));
}
