import { answerOf } from '../record/expected-answer.ts';
import { isOf, type Metric, metricKeyReader } from '../record/metric-key.ts';
import type { Histogram, LoadLine } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { exportsBySecond } from '../stats/export-second.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';

/** What k6 reported for one second: from one export to the next, of all its processes together. */
export interface LoadSecond {
  /** Epoch milliseconds, as the exports have them. */
  readonly from: number;
  readonly to: number;
  /** Length; about 1, less for the first and the last. */
  readonly seconds: number;
  /** Answers that came, of any kind. */
  readonly requests: number;
  /** Refused as it should be. */
  readonly rejected: number;
  /** Iterations that k6 could not start in time. */
  readonly dropped: number;
  /** Users at its end; null where k6 has not said yet. */
  readonly vus: number | null;
  /** Milliseconds, of all answers; null when there was none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
}

// Several analyzers ask for the same seconds; a long series is gone through once.
const made = new WeakMap<Series, readonly LoadSecond[]>();

/** The seconds of the load in the order of time. A second without an export is not there. */
export function loadSeconds(series: Series): readonly LoadSecond[] {
  const before = made.get(series);
  if (before !== undefined) return before;
  const read = metricKeyReader();
  const seconds = exportsBySecond(series.load).map((lines) => toSecond(lines, read));
  made.set(series, seconds);
  return seconds;
}

/** Lines that are shorter are the first or the last of an export, and no second. */
const leastLength = 0.5;

/** Without the stumps at its beginning and its end, and without what lies outside of `from` … `to`. */
export function wholeSeconds(all: readonly LoadSecond[], from: number, to: number): LoadSecond[] {
  return all.filter((second) => second.seconds >= leastLength && second.from >= from && second.to <= to);
}

/** Answers per second. */
export function rateOf({ requests, seconds }: LoadSecond): number {
  return requests / seconds;
}

function toSecond(lines: readonly LoadLine[], read: (key: string) => Metric): LoadSecond {
  const counts = { success: 0, rejected: 0, failed: 0, unknown: 0 };
  let dropped = 0;
  let vus: number | null = null;
  const histograms: Histogram[] = [];
  for (const line of lines) {
    for (const [key, value] of Object.entries(line.counters)) {
      if (isOf(key, 'http_reqs')) counts[answerOf(read(key).tags)] += finite(value);
      else if (isOf(key, 'dropped_iterations')) dropped += finite(value);
    }
    for (const [key, histogram] of Object.entries(line.histograms)) {
      if (isOf(key, 'http_req_duration')) histograms.push(histogram);
    }
    const users = line.gauges.vus;
    if (users !== undefined) vus = (vus ?? 0) + users;
  }
  const from = Math.min(...lines.map((line) => line.from));
  const to = Math.max(...lines.map((line) => line.t));
  const merged = mergeHistograms(histograms);
  return {
    from,
    to,
    seconds: Math.max(0.001, (to - from) / 1_000),
    requests: counts.success + counts.rejected + counts.failed + counts.unknown,
    rejected: counts.rejected,
    dropped,
    vus,
    p50Ms: histogramQuantile(merged, 0.5),
    p95Ms: histogramQuantile(merged, 0.95),
    maxMs: histogramQuantile(merged, 1),
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
