import { parseMetricKey, selects } from '../record/metric-key.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { histogramMean, histogramQuantile, mergeHistograms } from '../stats/histogram.ts';
import { type SummaryMetric, summaryOf } from './summary-metric.ts';

/** Times in milliseconds; null: not measured. */
export interface Latency {
  readonly count: number;
  readonly averageMs: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  /** From merged histograms rather than k6's own samples: average and maximum are exact all the same, p95 within 1.5 %. */
  readonly approximate: boolean;
}

/** k6's own figures where its summary has them under one of these tag sets; else from the merged histograms. */
export function latency(
  { record, series }: { readonly record: RunRecord; readonly series: Series },
  tags: Readonly<Record<string, string>>,
  equivalents: ReadonlyArray<Readonly<Record<string, string>>> = [],
): Latency | null {
  for (const set of [tags, ...equivalents]) {
    const exact = summaryOf(record, 'http_req_duration', set);
    if (exact !== null && (exact.count ?? 0) > 0) return fromSummary(exact);
  }
  return fromHistograms(series, tags);
}

function fromSummary(metric: SummaryMetric): Latency {
  return {
    count: metric.count ?? 0,
    averageMs: metric.avg ?? null,
    p95Ms: metric['p(95)'] ?? null,
    maxMs: metric.max ?? null,
    approximate: false,
  };
}

function fromHistograms(series: Series, tags: Readonly<Record<string, string>>): Latency | null {
  const selector = { name: 'http_req_duration', tags };
  const merged = mergeHistograms(
    series.load.flatMap(({ histograms }) =>
      Object.entries(histograms).flatMap(([key, histogram]) =>
        selects(selector, parseMetricKey(key)) ? [histogram] : [],
      ),
    ),
  );
  if (merged.count === 0) return null;
  return {
    count: merged.count,
    averageMs: histogramMean(merged),
    p95Ms: histogramQuantile(merged, 0.95),
    maxMs: merged.max,
    approximate: true,
  };
}
