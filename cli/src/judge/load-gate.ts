import { type Metric, metricKey, parseMetricKey, selects } from '../record/metric-key.ts';
import type { Histogram, LoadLine } from '../record/series.ts';
import type { Point, Series } from '../record/series-index.ts';
import { histogramMean, histogramQuantile, mergeHistograms } from '../stats/histogram.ts';
import { bornByCountingIn } from './born-by-counting.ts';
import type { GateExpression } from './gate-expression.ts';
import type { Followed, Measured } from './measured.ts';
import { samplesNeeded } from './samples-needed.ts';
import type { JudgedWindow } from './window.ts';

// k6 exports once before its first answer and once after its last.
const toleratedIntervals = 2;
const toleratedGap = 0.1;

/** A gate over k6's own metrics that k6's thresholds cannot say (`for 10s`, `after 15s`). */
export function fromLoad(selector: Metric, expression: GateExpression, series: Series, window: JudgedWindow): Followed {
  // An export that began before is partly of what `after` leaves out.
  const lines = series.load.filter(({ from, t }) => expression.afterMs === 0 || (from >= window.loadStart && t > from));
  const seconds = (window.loadEnd - window.loadStart) / 1_000;
  const measured = measure(pick(selector, lines), expression, seconds);
  if ('missing' in measured || expression.forMs === null) return { measured, moments: [] };
  const moments = momentsOf(selector, expression, lines);
  const gap = lines.length - moments.length;
  if (gap <= Math.max(toleratedIntervals, toleratedGap * lines.length)) return { measured, moments: [moments] };
  return {
    measured: { missing: expression.aggregation.kind === 'percentile' ? 'too-few-samples' : 'gap' },
    moments: [],
  };
}

/** The same value of each export interval; one without samples has none, except that a counter then counted nothing. */
function momentsOf(selector: Metric, expression: GateExpression, lines: readonly LoadLine[]): Point[] {
  const isCounter = pick(selector, lines).kind === 'counter';
  return lines.flatMap((line) => {
    const measured = measure(pick(selector, [line]), expression, Math.max(0.001, (line.t - line.from) / 1_000));
    if ('value' in measured) return [{ t: line.t, value: measured.value }];
    return isCounter && measured.missing === 'no-series' ? [{ t: line.t, value: 0 }] : [];
  });
}

/** What the lines hold of a metric, by k6's kinds. */
type Picked =
  | { readonly kind: 'trend'; readonly histogram: Histogram }
  | { readonly kind: 'rate'; readonly nonzero: number; readonly samples: number }
  | { readonly kind: 'counter'; readonly total: number; readonly samples: number }
  | { readonly kind: 'gauge'; readonly values: readonly number[] }
  | { readonly kind: 'nothing' };

function pick(selector: Metric, lines: readonly LoadLine[]): Picked {
  const histogram = mergeHistograms(lines.flatMap((line) => select(line.histograms, selector)));
  if (histogram.count > 0) return { kind: 'trend', histogram };
  const [zero, nonzero] = [halfOfRate(selector, lines, 'zero'), halfOfRate(selector, lines, 'nonzero')];
  if (zero + nonzero > 0) return { kind: 'rate', nonzero, samples: zero + nonzero };
  const counts = lines.flatMap((line) => select(line.counters, selector));
  if (counts.length > 0) return { kind: 'counter', total: sum(counts), samples: counts.length };
  const values = lines.flatMap((line) => select(line.gauges, selector));
  if (values.length > 0) return { kind: 'gauge', values };
  const isNone = lines.length > 0 && bornByCountingIn(selector.name) === 'k6';
  return isNone ? { kind: 'counter', total: 0, samples: lines.length } : { kind: 'nothing' };
}

/** k6 exports a Rate as two counters, `<name>.total{condition:zero|nonzero}`. */
function halfOfRate({ name, tags }: Metric, lines: readonly LoadLine[], condition: 'zero' | 'nonzero'): number {
  const half = parseMetricKey(metricKey(`${name}.total`, { ...tags, condition }));
  return sum(lines.flatMap((line) => select(line.counters, half)));
}

function select<T>(table: Readonly<Record<string, T>>, selector: Metric): T[] {
  return Object.entries(table).flatMap(([key, value]) => (selects(selector, parseMetricKey(key)) ? [value] : []));
}

function measure(picked: Picked, { aggregation }: GateExpression, seconds: number): Measured {
  switch (picked.kind) {
    case 'trend':
      return ofTrend(picked.histogram, aggregation);
    case 'rate':
      if (aggregation.kind !== 'rate') return { missing: 'method' };
      return { value: picked.nonzero / picked.samples, samples: picked.samples };
    case 'counter':
      if (aggregation.kind === 'count') return { value: picked.total, samples: picked.samples };
      if (aggregation.kind === 'rate') return { value: picked.total / seconds, samples: picked.samples };
      return { missing: 'method' };
    case 'gauge':
      return ofGauge(picked.values, aggregation);
    case 'nothing':
      return { missing: 'no-series' };
  }
}

function ofTrend(histogram: Histogram, aggregation: GateExpression['aggregation']): Measured {
  const samples = histogram.count;
  switch (aggregation.kind) {
    case 'count':
      return { value: samples, samples };
    case 'min':
    case 'max':
      return { value: histogram[aggregation.kind], samples };
    case 'avg':
      return known(histogramMean(histogram), samples);
    case 'med':
      return known(histogramQuantile(histogram, 0.5), samples);
    case 'percentile':
      if (samples < samplesNeeded(aggregation.percentile)) return { missing: 'too-few-samples' };
      return known(histogramQuantile(histogram, aggregation.percentile / 100), samples);
    default:
      return { missing: 'method' };
  }
}

function ofGauge(values: readonly number[], aggregation: GateExpression['aggregation']): Measured {
  const samples = values.length;
  switch (aggregation.kind) {
    case 'value':
    case 'last':
      return known(values.at(-1) ?? null, samples);
    case 'min':
      return { value: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), samples };
    case 'max':
      return { value: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY), samples };
    default:
      return { missing: 'method' };
  }
}

function known(value: number | null, samples: number): Measured {
  return value === null ? { missing: 'no-reading' } : { value, samples };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
