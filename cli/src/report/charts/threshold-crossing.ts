import { parseGoDuration } from '../../record/go-duration.ts';
import { metricInfo } from '../../record/metric-catalog.ts';
import { type Metric, parseMetricKey, selects } from '../../record/metric-key.ts';
import type { ThresholdResult } from '../../record/run-record.ts';
import type { Series } from '../../record/series-index.ts';
import type { LoadCurves } from './load-curve.ts';
import { probeCurves } from './probe-curve.ts';
import type { Curve, TimeAxis } from './time-axis.ts';

/** Seconds of the axis in which a threshold, asked of that second alone, would be broken. */
export interface Crossing {
  readonly threshold: ThresholdResult;
  readonly seconds: readonly number[];
}

interface Limit {
  readonly method: string;
  /** Of a percentile: 0 … 1. */
  readonly q: number | null;
  readonly limit: number;
  readonly afterSeconds: number;
}

/**
 * Only for thresholds that mean something within a second: an upper limit of a percentile with enough samples behind it, of
 * a share of failures, or of a gauge.
 */
export function crossings(
  thresholds: readonly ThresholdResult[],
  curves: LoadCurves,
  series: Series,
  axis: TimeAxis,
): Crossing[] {
  return thresholds.flatMap((threshold) => {
    const limit = limitOf(threshold.expression);
    const curve = limit === null ? null : curveOf(parseMetricKey(threshold.metric), limit, curves, series, axis);
    if (limit === null || curve === null) return [];
    const seconds = curve.flatMap((value, second) =>
      value !== null && value > limit.limit && second >= limit.afterSeconds ? [second] : [],
    );
    return seconds.length === 0 ? [] : [{ threshold, seconds }];
  });
}

/** `p(95)<100`, `max<500 after 5s warn`; null for what has no upper limit. */
function limitOf(expression: string): Limit | null {
  const [, method, percentile, figure] =
    /^\s*(p\((\d+(?:\.\d+)?)\)|med|max|rate)\s*<=?\s*(\d+(?:\.\d+)?)(?:\s|$)/.exec(expression) ?? [];
  if (method === undefined || figure === undefined) return null;
  const after = /\bafter\s+(\S+)/.exec(expression)?.[1];
  const q = method === 'med' ? 0.5 : percentile === undefined ? null : Number(percentile) / 100;
  const afterSeconds = after === undefined ? 0 : (parseGoDuration(after) ?? 0) / 1_000;
  return { method, q, limit: Number(figure), afterSeconds };
}

function curveOf(
  metric: Metric,
  { method, q }: Limit,
  curves: LoadCurves,
  series: Series,
  axis: TimeAxis,
): Curve | null {
  if (metric.name === 'http_req_duration' && q !== null) return percentileCurve(metric, q, curves);
  if (metric.name === 'http_req_failed' && method === 'rate') return failureCurve(metric, curves);
  if (method !== 'max' || metricInfo(metric.name).kind !== 'gauge') return null;
  const keys = [...series.points.keys()]
    .filter((key) => key.startsWith(metric.name))
    .map((key) => ({ key, metric: parseMetricKey(key) }))
    .filter((found) => selects(metric, found.metric))
    .map(({ key, metric: { tags } }) => ({ key, tags }));
  const each = keys.flatMap((one) => probeCurves(series, axis, metric.name, [one], []).map(({ curve }) => curve));
  const [first, ...others] = each;
  return (
    first?.map((value, second) => others.reduce((top, curve) => higher(top, curve[second] ?? null), value)) ?? null
  );
}

function higher(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** With fewer samples than one beyond the percentile, it is but the highest one. */
function percentileCurve(selector: Metric, q: number, curves: LoadCurves): Curve | null {
  const isOfIt = (metric: Metric) => selects(selector, metric);
  const samples = curves.samples(isOfIt);
  const least = q >= 1 ? Number.POSITIVE_INFINITY : 1 / (1 - q);
  const [curve] = curves.quantiles(isOfIt, [q]);
  return curve?.map((value, second) => ((samples[second] ?? 0) >= least ? value : null)) ?? null;
}

function failureCurve({ tags }: Metric, curves: LoadCurves): Curve | null {
  const selector = { name: 'http_req_failed.total', tags };
  const rates = curves.rates((metric) => (selects(selector, metric) ? (metric.tags.condition ?? null) : null));
  const [failed, passed] = [rates.get('nonzero'), rates.get('zero')];
  return (
    failed?.map((value, second) => {
      const all = (value ?? 0) + (passed?.[second] ?? 0);
      return value === null || all === 0 ? null : value / all;
    }) ?? null
  );
}
