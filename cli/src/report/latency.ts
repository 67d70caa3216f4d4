import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { type Histogram, histogramMean, histogramQuantile } from '../stats/histogram.ts';
import { trendTotal, withTags } from './series-total.ts';
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

type Tags = Readonly<Record<string, string>>;

/** k6's own figures where its summary has them under one of these tag sets; else from the merged histograms. */
export function latency(
  { record, series }: { readonly record: RunRecord; readonly series: Series },
  tags: Tags,
  equivalents: readonly Tags[] = [],
): Latency | null {
  const merged = trendTotal(series, 'http_req_duration', withTags(tags));
  for (const set of [tags, ...equivalents]) {
    const exact = summaryOf(record, 'http_req_duration', set);
    const found = exact === null ? null : fromSummary(exact, merged);
    if (found !== null) return found;
  }
  return fromHistogram(merged);
}

/** The same of several names together, of which k6 has no figures. */
export function latencyOfNames(series: Series, names: readonly string[], tags: Tags): Latency | null {
  const wanted = new Set(names);
  const hasTags = withTags(tags);
  return fromHistogram(
    trendTotal(series, 'http_req_duration', (found) => wanted.has(found.name ?? '') && hasTags(found)),
  );
}

/** Null when the summary lacks one of the figures: a script that is not ours chooses which it has. */
function fromSummary(metric: SummaryMetric, merged: Histogram): Latency | null {
  const { avg, max, 'p(95)': p95 } = metric;
  const count = metric.count ?? merged.count;
  if (count === 0 || avg === undefined || max === undefined || p95 === undefined) return null;
  return { count, averageMs: avg, p95Ms: p95, maxMs: max, approximate: false };
}

function fromHistogram(merged: Histogram): Latency | null {
  if (merged.count === 0) return null;
  return {
    count: merged.count,
    averageMs: histogramMean(merged),
    p95Ms: histogramQuantile(merged, 0.95),
    maxMs: merged.max,
    approximate: true,
  };
}
