import { type Metric, metricKey, parseMetricKey, selects } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';
import type { Point } from '../record/series-index.ts';
import { histogramMean, histogramQuantile, mergeHistograms } from '../stats/histogram.ts';
import type { GateExpression } from './gate-expression.ts';
import type { Measured } from './measured.ts';
import { samplesNeeded } from './samples-needed.ts';

/** A gate over k6's own metrics, which k6's thresholds cannot say (`for 10s`, `after 15s`): over the given lines. */
export function loadValue(selector: Metric, expression: GateExpression, lines: readonly LoadLine[]): Measured {
  const { aggregation } = expression;
  const seconds = lines.reduce((sum, { t, from }) => sum + (t - from) / 1_000, 0);
  const histogram = mergeHistograms(lines.flatMap((line) => select(line.histograms, selector)));
  if (histogram.count > 0) {
    switch (aggregation.kind) {
      case 'count':
        return { value: histogram.count, samples: histogram.count };
      case 'min':
      case 'max':
        return { value: histogram[aggregation.kind], samples: histogram.count };
      case 'avg':
        return known(histogramMean(histogram), histogram.count);
      case 'med':
        return known(histogramQuantile(histogram, 0.5), histogram.count);
      case 'percentile':
        if (histogram.count < samplesNeeded(aggregation.percentile)) return { missing: 'too-few-samples' };
        return known(histogramQuantile(histogram, aggregation.percentile / 100), histogram.count);
      default:
        return { missing: 'method' };
    }
  }
  const rate = rateOf(selector, lines);
  if (rate !== null) return aggregation.kind === 'rate' ? rate : { missing: 'method' };
  const counts = lines.flatMap((line) => select(line.counters, selector));
  if (counts.length === 0) return { missing: 'no-series' };
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (aggregation.kind === 'count') return { value: total, samples: counts.length };
  if (aggregation.kind === 'rate' && seconds > 0) return { value: total / seconds, samples: counts.length };
  return { missing: 'method' };
}

/** The same value of each export interval, for `for`. Intervals without a value are left out. */
export function loadPoints(selector: Metric, expression: GateExpression, lines: readonly LoadLine[]): Point[] {
  return lines.flatMap((line) => {
    const measured = loadValue(selector, expression, [line]);
    return 'value' in measured ? [{ t: line.t, value: measured.value }] : [];
  });
}

/** k6 exports a Rate as two counters, `<name>.total{condition:zero|nonzero}`. */
function rateOf(selector: Metric, lines: readonly LoadLine[]): Measured | null {
  const count = (condition: string) => {
    const wanted = parseMetricKey(metricKey(`${selector.name}.total`, { ...selector.tags, condition }));
    return lines.flatMap((line) => select(line.counters, wanted)).reduce((sum, value) => sum + value, 0);
  };
  const [zero, nonzero] = [count('zero'), count('nonzero')];
  return zero + nonzero === 0 ? null : { value: nonzero / (zero + nonzero), samples: zero + nonzero };
}

function select<T>(table: Readonly<Record<string, T>>, selector: Metric): T[] {
  return Object.entries(table).flatMap(([key, value]) => (selects(selector, parseMetricKey(key)) ? [value] : []));
}

function known(value: number | null, samples: number): Measured {
  return value === null ? { missing: 'no-reading' } : { value, samples };
}
