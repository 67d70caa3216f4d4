import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { type Latency, latency, latencyOfNames } from './latency.ts';
import { countOutcomes, type OutcomeCount, sumOutcomes } from './outcome-count.ts';
import { type RequestGroup, requestGroups } from './request-group.ts';
import { summaryOf } from './summary-metric.ts';

export interface ReportedRun {
  readonly record: RunRecord;
  readonly series: Series;
  /** Address of its incident report from where the report will stand, without the ending of its format; null: there is none. */
  readonly document?: string | null;
}

/** The figures of one API in one run; null: not measured. */
export interface ApiFigures {
  /** `total`: all requests of the run; `rest`: of the names that have no column of their own. */
  readonly kind: 'api' | 'total' | 'rest';
  /** The `name` tag of its requests; that of the first where several stand together. */
  readonly name: string;
  readonly label: string;
  /** How many names stand together. */
  readonly names: number;
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

type Counts = ReadonlyMap<string, OutcomeCount>;

const nothing: OutcomeCount = sumOutcomes([]);
const expected = { expected_response: 'true' };
const totalLabel = 'Σ';

/**
 * One entry per API that the scenario names, then one per other `name` tag among its requests (or several together, where
 * there are many). Of a script that is not ours the whole run comes first: only of that does k6 itself have every figure.
 */
export function apiFigures(run: ReportedRun): ApiFigures[] {
  const { record, series } = run;
  if (record.load === null || record.scenario === null) return [];
  const counts = countOutcomes(series);
  const { endpoints, foreign } = record.scenario;
  const others = new Map([...(counts ?? [])].filter(([name]) => endpoints.every((endpoint) => endpoint.name !== name)));
  const groups: RequestGroup[] = [
    ...endpoints.map(({ name, label }) => ({ label, names: [name], kind: 'api' as const })),
    ...requestGroups(others),
  ];
  const figures = groups.map((group) => groupFigures(run, group, counts));
  if (!foreign || groups.length === 0) return figures;
  const total = totalFigures(run, counts);
  const isWhole = groups.length === 1 && figures[0]?.requests === total.requests;
  return isWhole ? figures : [total, ...figures];
}

function groupFigures(run: ReportedRun, { kind, label, names }: RequestGroup, counts: Counts | null): ApiFigures {
  const [name = ''] = names;
  if (names.length === 1) return { kind, label, names: 1, ...nameFigures(run, name, counts) };
  const { record, series } = run;
  const outcomes = counts === null ? null : sumOutcomes(names.map((one) => counts.get(one) ?? nothing));
  const requests = outcomes?.requests ?? null;
  return {
    ...{ kind, label, name, names: names.length, requests, outcomes },
    expected: latencyOfNames(series, names, expected),
    all: latencyOfNames(series, names, {}),
    perSecond: requests === null ? null : overCountedTime(record, requests),
    failureRate: shareOf(outcomes),
  };
}

function nameFigures(
  run: ReportedRun,
  name: string,
  counts: Counts | null,
): Omit<ApiFigures, 'kind' | 'label' | 'names'> {
  const { record } = run;
  const outcomes = counts === null ? null : (counts.get(name) ?? nothing);
  // The whole run's figures are those of its only API.
  const only = counts?.size === 1 && outcomes !== nothing;
  const requests = summaryOf(record, 'http_reqs', { name })?.count ?? outcomes?.requests ?? null;
  return {
    ...{ name, requests, outcomes },
    expected: latency(run, { name, ...expected }, only ? [expected] : []),
    all: latency(run, { name }, only ? [{}] : []),
    perSecond: perSecond(record, name, requests),
    failureRate: outcomes === null ? (summaryOf(record, 'http_req_failed', { name })?.rate ?? null) : shareOf(outcomes),
  };
}

function totalFigures(run: ReportedRun, counts: Counts | null): ApiFigures {
  const { record } = run;
  const outcomes = counts === null ? null : sumOutcomes([...counts.values()]);
  const summary = summaryOf(record, 'http_reqs');
  const requests = summary?.count ?? record.load?.reconciliation.seriesRequests ?? null;
  return {
    ...{ kind: 'total', label: totalLabel, name: '', names: counts?.size ?? 0, requests, outcomes },
    expected: latency(run, expected),
    all: latency(run, {}),
    perSecond: summary?.rate ?? (requests === null ? null : overCountedTime(record, requests)),
    failureRate: summaryOf(record, 'http_req_failed')?.rate ?? shareOf(outcomes),
  };
}

function shareOf(outcomes: OutcomeCount | null): number | null {
  return outcomes === null || outcomes.requests === 0 ? null : outcomes.failed / outcomes.requests;
}

function perSecond(record: RunRecord, name: string, requests: number | null): number | null {
  const own = summaryOf(record, 'http_reqs', { name })?.rate;
  return own ?? (requests === null ? null : overCountedTime(record, requests));
}

/** Over the time that k6 counts: from the first iteration to the end of the last. */
function overCountedTime(record: RunRecord, requests: number): number | null {
  const seconds = countedSeconds(record);
  return seconds === null ? null : requests / seconds;
}

function countedSeconds(record: RunRecord): number | null {
  const total = summaryOf(record, 'http_reqs');
  if (total?.count !== undefined && total.rate !== undefined && total.rate > 0) return total.count / total.rate;
  if (record.load?.withoutSummary === true && record.load.testMs !== null) return record.load.testMs / 1_000;
  const seconds = record.load === null ? 0 : (record.load.endedAt - record.load.startedAt) / 1_000;
  return seconds > 0 ? seconds : null;
}
