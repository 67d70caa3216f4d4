import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { type Latency, latency } from './latency.ts';
import { countOutcomes, type OutcomeCount } from './outcome-count.ts';
import { summaryOf } from './summary-metric.ts';

export interface ReportedRun {
  readonly record: RunRecord;
  readonly series: Series;
}

/** The figures of one API in one run; null: not measured. */
export interface ApiFigures {
  /** The `name` tag of its requests. */
  readonly name: string;
  readonly label: string;
  /** k6's own count where its summary has one, else that of the series. */
  readonly requests: number | null;
  /** Null when the series is missing: k6's summary does not tell the outcomes apart. */
  readonly outcomes: OutcomeCount | null;
  /** Of the answers that the script expects. */
  readonly expected: Latency | null;
  readonly all: Latency | null;
  readonly perSecond: number | null;
  /** Share of system errors among the requests. A correct rejection is no failure. */
  readonly failureRate: number | null;
}

const nothing: OutcomeCount = { requests: 0, success: 0, rejected: 0, failed: 0, rejections: [] };

/** One entry per API that the scenario names, then one per other `name` tag among its requests. */
export function apiFigures(run: ReportedRun): ApiFigures[] {
  const { record, series } = run;
  if (record.load === null || record.scenario === null) return [];
  const counts = countOutcomes(series);
  const named = record.scenario.endpoints;
  const others = [...(counts?.keys() ?? [])].filter((name) => named.every((endpoint) => endpoint.name !== name)).sort();
  const apis = [...named, ...others.map((name) => ({ name, label: name }))];
  // The whole run's figures are those of its only API.
  const alone = counts?.size === 1;
  return apis.map(({ name, label }) => {
    const outcomes = counts === null ? null : (counts.get(name) ?? nothing);
    const only = alone && outcomes !== nothing;
    const requests = summaryOf(record, 'http_reqs', { name })?.count ?? outcomes?.requests ?? null;
    return {
      name,
      label,
      requests,
      outcomes,
      expected: latency(run, { name, expected_response: 'true' }, only ? [{ expected_response: 'true' }] : []),
      all: latency(run, { name }, only ? [{}] : []),
      perSecond: perSecond(record, name, requests),
      failureRate: failureRate(record, name, outcomes),
    };
  });
}

function failureRate(record: RunRecord, name: string, outcomes: OutcomeCount | null): number | null {
  if (outcomes === null) return summaryOf(record, 'http_req_failed', { name })?.rate ?? null;
  return outcomes.requests === 0 ? null : outcomes.failed / outcomes.requests;
}

/** Over the time that k6 counts: from the first iteration to the end of the last. */
function perSecond(record: RunRecord, name: string, requests: number | null): number | null {
  const own = summaryOf(record, 'http_reqs', { name })?.rate;
  if (own !== undefined) return own;
  const seconds = countedSeconds(record);
  return requests === null || seconds === null ? null : requests / seconds;
}

function countedSeconds(record: RunRecord): number | null {
  const total = summaryOf(record, 'http_reqs');
  if (total?.count !== undefined && total.rate !== undefined && total.rate > 0) return total.count / total.rate;
  const seconds = record.load === null ? 0 : (record.load.endedAt - record.load.startedAt) / 1_000;
  return seconds > 0 ? seconds : null;
}
