import { parseMetricKey, selects } from '../record/metric-key.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { histogramMean, histogramQuantile, mergeHistograms } from '../stats/histogram.ts';

export interface ReportedRun {
  readonly record: RunRecord;
  readonly series: Series;
}

export interface Latency {
  readonly count: number;
  readonly averageMs: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** From merged histograms rather than k6's own samples: within 1.5 % at p95. */
  readonly approximate: boolean;
}

/** The figures of one API in one run; null: not measured. Counts are exact, from k6's own counters. */
export interface ApiFigures {
  readonly label: string;
  readonly requests: number;
  readonly success: number;
  /** Refused as it should be: 409, 410, … that the script expects. */
  readonly rejected: number;
  readonly failed: number;
  /** Correct rejections by status, the lowest first: 409, 410, … */
  readonly rejections: ReadonlyArray<{ readonly status: number; readonly count: number }>;
  /** Of the answers that the script expects. */
  readonly expected: Latency | null;
  readonly all: Latency | null;
  readonly perSecond: number | null;
}

/** One entry per API of the scenario; a script that names none gets one per `name` tag of its requests. */
export function apiFigures(run: ReportedRun): ApiFigures[] {
  const { load, scenario } = run.record;
  if (load === null || scenario === null) return [];
  const named =
    scenario.endpoints.length > 0
      ? scenario.endpoints
      : requestNames(run.series).map((name) => ({ name, label: name }));
  const seconds = (load.endedAt - load.startedAt) / 1_000;
  return named.map(({ name, label }) => {
    const outcomes = countOutcomes(run.series, name);
    const requests = outcomes.success + outcomes.rejected + outcomes.failed;
    return {
      label,
      requests,
      ...outcomes,
      expected: latency(run, { name, expected_response: 'true' }),
      all: latency(run, { name }),
      perSecond: summaryOf(run.record, 'http_reqs', { name })?.rate ?? (seconds > 0 ? requests / seconds : null),
    };
  });
}

function countOutcomes(series: Series, name: string) {
  const outcomes = { success: 0, rejected: 0, failed: 0 };
  const byStatus = new Map<number, number>();
  for (const line of series.load) {
    for (const [key, count] of Object.entries(line.counters)) {
      const { name: metric, tags } = parseMetricKey(key);
      if (metric !== 'http_reqs' || tags.name !== name) continue;
      if (tags.expected_response !== 'true') outcomes.failed += count;
      else if (Number(tags.status) >= 400) {
        outcomes.rejected += count;
        byStatus.set(Number(tags.status), (byStatus.get(Number(tags.status)) ?? 0) + count);
      } else outcomes.success += count;
    }
  }
  const rejections = [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => ({ status, count }));
  return { ...outcomes, rejections };
}

/** k6's own figures where the script split them out; else from the merged histograms. */
function latency({ record, series }: ReportedRun, tags: Readonly<Record<string, string>>): Latency | null {
  const exact = summaryOf(record, 'http_req_duration', tags);
  if (exact !== null && (exact.count ?? 0) > 0) {
    return {
      count: exact.count ?? 0,
      averageMs: exact.avg ?? null,
      p95Ms: exact['p(95)'] ?? null,
      p99Ms: exact['p(99)'] ?? null,
      maxMs: exact.max ?? null,
      approximate: false,
    };
  }
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
    p99Ms: histogramQuantile(merged, 0.99),
    maxMs: merged.max,
    approximate: true,
  };
}

export type SummaryMetric = NonNullable<NonNullable<RunRecord['load']>['summary']>[string];

/** A metric of k6's summary by name and exactly these tags, in whatever order k6 wrote them. */
export function summaryOf(
  record: RunRecord,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): SummaryMetric | null {
  const wanted = { name, tags };
  for (const [key, metric] of Object.entries(record.load?.summary ?? {})) {
    const candidate = parseMetricKey(key);
    if (selects(wanted, candidate) && selects(candidate, wanted)) return metric;
  }
  return null;
}

function requestNames(series: Series): string[] {
  const names = new Set<string>();
  for (const { counters } of series.load) {
    for (const key of Object.keys(counters)) {
      const { name, tags } = parseMetricKey(key);
      if (name === 'http_reqs' && tags.name !== undefined) names.add(tags.name);
    }
  }
  return [...names].sort();
}
