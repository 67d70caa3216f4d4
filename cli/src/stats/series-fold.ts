import { type Metric, metricKeyReader } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';
import { createTrendFold, type Range, type TrendFold } from './trend-fold.ts';

/** What a run's series holds of a metric, by k6's kinds. */
export type Folded =
  | { readonly kind: 'trend'; readonly trend: TrendFold }
  | { readonly kind: 'rate'; readonly nonzero: number; readonly samples: number }
  | { readonly kind: 'counter'; readonly total: number }
  /** `last` has two ends where several tag sets were set in the last second: which of them came last is not recorded. */
  | { readonly kind: 'gauge'; readonly last: Range }
  | { readonly kind: 'nothing' };

/** Adds up k6's exports as they come, under the labels that each metric is wanted by. */
export interface SeriesFold {
  add(line: Pick<LoadLine, 't' | 'counters' | 'gauges' | 'histograms'>): void;
  labels(): string[];
  of(label: string): Folded;
}

interface Sums {
  readonly trend: TrendFold;
  rate: { nonzero: number; samples: number } | null;
  counter: { total: number } | null;
  gauge: { t: number; least: number; most: number } | null;
}

/**
 * @param labelsOf under which labels a metric counts; asked once for each key. A k6 Rate comes under its own name, without the
 * `.total` and the `condition` of the two counters that it is exported as.
 */
export function createSeriesFold(labelsOf: (metric: Metric) => readonly string[]): SeriesFold {
  const read = metricKeyReader();
  const byLabel = new Map<string, Sums>();
  const known = new Map<string, readonly Sums[]>();

  const sumsOf = (key: string): readonly Sums[] => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = labelsOf(asInScript(read(key))).map((label) => {
      const sums = byLabel.get(label) ?? { trend: createTrendFold(), rate: null, counter: null, gauge: null };
      byLabel.set(label, sums);
      return sums;
    });
    known.set(key, found);
    return found;
  };

  return {
    add: ({ t, counters, gauges, histograms }) => {
      for (const [key, value] of Object.entries(counters)) {
        const condition = isHalfOfRate(read(key)) ? read(key).tags.condition : null;
        for (const sums of sumsOf(key)) addCount(sums, value, condition);
      }
      for (const [key, value] of Object.entries(gauges)) for (const sums of sumsOf(key)) setGauge(sums, t, value);
      for (const [key, histogram] of Object.entries(histograms)) {
        for (const { trend } of sumsOf(key)) trend.add(histogram);
      }
    },
    labels: () => [...byLabel.keys()],
    of: (label) => folded(byLabel.get(label)),
  };
}

/** k6 exports a Rate as two counters, `<name>.total{condition:zero|nonzero}`; no metric of k6 has a dot in its name. */
function isHalfOfRate({ name, tags }: Metric): boolean {
  return name.endsWith('.total') && tags.condition !== undefined;
}

function asInScript(metric: Metric): Metric {
  if (!isHalfOfRate(metric)) return metric;
  const { condition: _, ...tags } = metric.tags;
  return { name: metric.name.slice(0, -'.total'.length), tags };
}

function addCount(sums: Sums, value: number, condition: string | null | undefined): void {
  if (condition == null) {
    sums.counter = { total: (sums.counter?.total ?? 0) + value };
    return;
  }
  const { nonzero, samples } = sums.rate ?? { nonzero: 0, samples: 0 };
  sums.rate = { nonzero: nonzero + (condition === 'nonzero' ? value : 0), samples: samples + value };
}

function setGauge(sums: Sums, t: number, value: number): void {
  const before = sums.gauge;
  const isSameSecond = before !== null && before.t === t;
  sums.gauge = isSameSecond
    ? { t, least: Math.min(before.least, value), most: Math.max(before.most, value) }
    : { t, least: value, most: value };
}

function folded(sums: Sums | undefined): Folded {
  if (sums === undefined) return { kind: 'nothing' };
  const { trend, rate, counter, gauge } = sums;
  if (trend.count > 0) return { kind: 'trend', trend };
  if (rate !== null && rate.samples > 0) return { kind: 'rate', ...rate };
  if (counter !== null) return { kind: 'counter', ...counter };
  return gauge === null ? { kind: 'nothing' } : { kind: 'gauge', last: { least: gauge.least, most: gauge.most } };
}
