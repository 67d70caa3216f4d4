import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { Series } from '../record/series-index.ts';
import { emptyHistogram, type Histogram, mergeHistograms } from '../stats/histogram.ts';

/** A whole run of one metric under one set of tags. */
interface Total<T> extends Metric {
  readonly value: T;
}

/** What a gauge stood at: in the end, and at least and at most of what each second ended with. */
export interface GaugeTotal {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

interface SeriesTotals {
  readonly counters: ReadonlyArray<Total<number>>;
  readonly gauges: ReadonlyArray<Total<GaugeTotal>>;
  readonly histograms: ReadonlyArray<Total<Histogram>>;
}

// Several figures are made from one series; a long one is gone through once.
const known = new WeakMap<Series, SeriesTotals>();

/** All samples of a trend under these tags, over the whole run; empty when there are none. */
export function trendTotal(
  series: Series,
  name: string,
  matches: (tags: Metric['tags']) => boolean = () => true,
): Histogram {
  const found = totalsOf(series).histograms.filter((total) => total.name === name && matches(total.tags));
  return found.length === 0 ? emptyHistogram : mergeHistograms(found.map(({ value }) => value));
}

/** Every counter of the run with its sum; a k6 Rate is two of them, `<name>.total{condition:zero|nonzero}`. */
export function counterTotals(series: Series): ReadonlyArray<Total<number>> {
  return totalsOf(series).counters;
}

/** Every gauge of the run under each of its tag sets. */
export function gaugeTotals(series: Series): ReadonlyArray<Total<GaugeTotal>> {
  return totalsOf(series).gauges;
}

/** Every trend of the run under each of its tag sets. */
export function trendTotals(series: Series): ReadonlyArray<Total<Histogram>> {
  return totalsOf(series).histograms;
}

/** True for a metric with at least these tags. */
export function withTags(wanted: Metric['tags']): (tags: Metric['tags']) => boolean {
  return (tags) => selects({ name: '', tags: wanted }, { name: '', tags });
}

function totalsOf(series: Series): SeriesTotals {
  const before = known.get(series);
  if (before !== undefined) return before;
  const counters = new Map<string, number>();
  const gauges = new Map<string, GaugeTotal>();
  const parts = new Map<string, Histogram[]>();
  for (const line of series.load) {
    for (const [key, value] of Object.entries(line.counters)) counters.set(key, (counters.get(key) ?? 0) + value);
    for (const [key, value] of Object.entries(line.gauges)) {
      const { min, max } = gauges.get(key) ?? { min: value, max: value };
      gauges.set(key, { value, min: Math.min(min, value), max: Math.max(max, value) });
    }
    for (const [key, histogram] of Object.entries(line.histograms)) {
      const list = parts.get(key);
      if (list === undefined) parts.set(key, [histogram]);
      else list.push(histogram);
    }
  }
  const totals: SeriesTotals = {
    counters: [...counters].map(([key, value]) => ({ ...parseMetricKey(key), value })),
    gauges: [...gauges].map(([key, value]) => ({ ...parseMetricKey(key), value })),
    histograms: [...parts].map(([key, list]) => ({ ...parseMetricKey(key), value: mergeHistograms(list) })),
  };
  known.set(series, totals);
  return totals;
}
