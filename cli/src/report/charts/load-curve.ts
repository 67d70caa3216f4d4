import { type Metric, metricKeyReader } from '../../record/metric-key.ts';
import type { Histogram, LoadLine } from '../../record/series.ts';
import type { Series } from '../../record/series-index.ts';
import { histogramQuantile, mergeHistograms } from '../../stats/histogram.ts';
import { type Curve, emptyCurve, secondOf, type TimeAxis } from './time-axis.ts';

/** What k6 reported, second by second. */
export interface LoadCurves {
  /** Growth per second of counters, by the class that they are put in; null: of no interest. A silent second is a gap. */
  readonly rates: (classOf: (metric: Metric) => string | null) => ReadonlyMap<string, Curve>;
  /** One curve per q (0 … 1) of a trend; a second without samples is a gap. */
  readonly quantiles: (selected: (metric: Metric) => boolean, qs: readonly number[]) => Curve[];
  /** Number of samples in each second. */
  readonly samples: (selected: (metric: Metric) => boolean) => number[];
  readonly gauge: (name: string) => Curve;
}

/** A second of which k6 reported less says nothing about a rate: the last one, when the load ends within it. */
const leastCovered = 0.5;

export function loadCurves(series: Series, axis: TimeAxis): LoadCurves {
  const metricOf = metricKeyReader();
  const covered = coveredSeconds(series.load, axis);
  const enough = Math.min(leastCovered, most(covered));
  const trends = [...new Set(series.load.flatMap(({ histograms }) => Object.keys(histograms)))];
  const known = new Map<string, Array<Histogram | null>>();
  // Many ask for the same samples: the curve, its thresholds, an API that is the only one.
  const merged = (selected: (metric: Metric) => boolean): Array<Histogram | null> => {
    const keys = trends.filter((key) => selected(metricOf(key)));
    const id = keys.join('\n');
    const found = known.get(id) ?? histogramsBySecond(series.load, axis, keys);
    known.set(id, found);
    return found;
  };
  return {
    rates: (classOf) => {
      const sums = sumsByClass(series.load, axis, memo(metricOf, classOf));
      return new Map(
        [...sums].map(([name, sum]) => [
          name,
          sum.map((value, second) => perSecond(value, covered[second] ?? 0, enough)),
        ]),
      );
    },
    quantiles: (selected, qs) => {
      const seconds = merged(selected);
      return qs.map((q) => seconds.map((histogram) => (histogram === null ? null : histogramQuantile(histogram, q))));
    },
    samples: (selected) => merged(selected).map((histogram) => histogram?.count ?? 0),
    gauge: (name) => {
      const curve = emptyCurve(axis);
      for (const { from, t, gauges } of series.load) {
        const second = secondOf(axis, (from + t) / 2);
        for (const [key, value] of Object.entries(gauges)) {
          if (second >= 0 && metricOf(key).name === name) curve[second] = Math.max(curve[second] ?? value, value);
        }
      }
      return curve;
    },
  };
}

function most(values: readonly number[]): number {
  return values.reduce((top, value) => Math.max(top, value), 0);
}

function perSecond(value: number, seconds: number, enough: number): number | null {
  return seconds <= 0 || seconds < enough ? null : value / seconds;
}

function memo<T>(metricOf: (key: string) => Metric, classOf: (metric: Metric) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? classOf(metricOf(key));
    known.set(key, found);
    return found;
  };
}

/** An export covers parts of one or two seconds of the axis: its share of each. */
function sharesOf({ from, t }: LoadLine, axis: TimeAxis): Array<{ second: number; seconds: number; share: number }> {
  const begin = (from - axis.startedAt) / 1_000;
  const end = (t - axis.startedAt) / 1_000;
  if (!(end > begin)) return [];
  const shares = [];
  for (let second = Math.max(0, Math.floor(begin)); second < Math.min(axis.length, end); second += 1) {
    const seconds = Math.min(end, second + 1) - Math.max(begin, second);
    if (seconds > 0) shares.push({ second, seconds, share: seconds / (end - begin) });
  }
  return shares;
}

/** Several k6 processes report the same second each. */
function coveredSeconds(lines: readonly LoadLine[], axis: TimeAxis): number[] {
  const byInstance = new Map<number, number[]>();
  for (const line of lines) {
    const own = byInstance.get(line.instance) ?? new Array<number>(axis.length).fill(0);
    byInstance.set(line.instance, own);
    for (const { second, seconds } of sharesOf(line, axis)) own[second] = (own[second] ?? 0) + seconds;
  }
  const [first = new Array<number>(axis.length).fill(0), ...others] = byInstance.values();
  return first.map((seconds, second) => others.reduce((most, own) => Math.max(most, own[second] ?? 0), seconds));
}

function sumsByClass(
  lines: readonly LoadLine[],
  axis: TimeAxis,
  classOf: (key: string) => string | null,
): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const line of lines) {
    const counts = new Map<string, number>();
    for (const [key, value] of Object.entries(line.counters)) {
      const name = classOf(key);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + value);
    }
    const shares = sharesOf(line, axis);
    for (const [name, count] of counts) {
      const sum = sums.get(name) ?? new Array<number>(axis.length).fill(0);
      sums.set(name, sum);
      for (const { second, share } of shares) sum[second] = (sum[second] ?? 0) + count * share;
    }
  }
  return sums;
}

/** All samples of each second under these keys; null for a second without any. */
function histogramsBySecond(
  lines: readonly LoadLine[],
  axis: TimeAxis,
  keys: readonly string[],
): Array<Histogram | null> {
  const lists = new Array<Histogram[] | undefined>(axis.length).fill(undefined);
  for (const { from, t, histograms } of lines) {
    const second = secondOf(axis, (from + t) / 2);
    if (second < 0) continue;
    for (const key of keys) {
      const histogram = histograms[key];
      if (histogram === undefined || histogram.count === 0) continue;
      const list = lists[second];
      if (list === undefined) lists[second] = [histogram];
      else list.push(histogram);
    }
  }
  return lists.map((list) =>
    list === undefined ? null : list.length === 1 ? (list[0] ?? null) : mergeHistograms(list),
  );
}
