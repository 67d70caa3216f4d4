import { metricInfo } from '../record/metric-catalog.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import type { Point, Series } from '../record/series-index.ts';
import { rates, within } from '../stats/window.ts';

/**
 * A metric between two moments (epoch milliseconds): a gauge as it was read, a counter as its growth per second.
 * Empty where it was not read.
 */
export function signal(series: Series, key: string, from: number, to: number): Point[] {
  const points = series.points.get(key) ?? [];
  const isGauge = metricInfo(parseMetricKey(key).name).kind === 'gauge';
  return within(isGauge ? points : rates(points), from, to);
}

/** The keys of a metric that the probes read, with these tags at least, in the order of their names. */
export function keysOf(series: Series, name: string, tags: Readonly<Record<string, string>> = {}): string[] {
  return [...series.points.keys()].filter((key) => hasTags(key, name, tags)).sort();
}

function hasTags(key: string, name: string, tags: Readonly<Record<string, string>>): boolean {
  if (!key.startsWith(name)) return false;
  const parsed = parseMetricKey(key);
  return parsed.name === name && Object.entries(tags).every(([tag, value]) => parsed.tags[tag] === value);
}
