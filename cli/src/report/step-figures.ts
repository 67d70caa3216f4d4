import { isExpectedAnswer } from '../record/expected-answer.ts';
import { hasSamplesOf } from '../record/k6-scenario.ts';
import type { LoadLine } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { histogramQuantile } from '../stats/histogram.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import type { ReportedRun } from './api-figures.ts';
import type { LoadTime } from './load-time.ts';
import { counterTotals, trendTotal, withTags } from './series-total.ts';
import type { Step } from './step.ts';
import { summaryOf } from './summary-metric.ts';

/** Figures of one step; null: not measured. */
export interface StepFigures {
  /** False when the load was over before its turn. */
  readonly isReached: boolean;
  readonly requests: number | null;
  /** Answers that came while the step lasted, over that time. */
  readonly perSecond: number | null;
  readonly expected: Percentiles | null;
  /** Share of system errors among the requests. */
  readonly failureRate: number | null;
  /** `cannot`: users of a closed model wait instead. */
  readonly dropped: number | 'cannot' | null;
  /** Median of what k6 used while the step lasted. */
  readonly k6Cores: number | null;
}

/** Milliseconds, of the answers that the script expects. */
export interface Percentiles {
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** From merged histograms rather than k6's own samples. */
  readonly approximate: boolean;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Less than the resolution of the exports: k6 was stopped as the step began. */
const leastRunMs = 1_000;

const unreached: StepFigures = {
  isReached: false,
  requests: null,
  perSecond: null,
  expected: null,
  failureRate: null,
  dropped: null,
  k6Cores: null,
};

/** A whole k6 scenario by k6's `scenario` tag, exactly; a stage by the exports of its time, to a second. */
export function stepFigures(run: ReportedRun, step: Step, time: LoadTime): StepFigures {
  const window = windowOf(run.series, step, time);
  const figures = step.stage === null ? ofScenario(run, step, window) : ofStage(run, step, window);
  const ranMs = window.to - window.from;
  if (ranMs < Math.min(leastRunMs, step.lengthMs) && (figures.requests ?? 0) === 0) return unreached;
  return figures;
}

/** From the step's beginning to its end, which is that of the load where it was cut. */
function windowOf({ load }: Series, { scenario, startMs, lengthMs }: Step, { beganAt, endedAt }: LoadTime): Window {
  const from = beganAt + startMs;
  const last = scenario.endsEarly ? load.findLast((line) => hasSamplesOf(line, scenario.name))?.t : undefined;
  const to = Math.min(from + lengthMs, last ?? endedAt, endedAt);
  return { from, to: Math.max(from, to) };
}

function ofScenario(run: ReportedRun, step: Step, window: Window): StepFigures {
  const { record, series } = run;
  const tags = { scenario: step.scenario.name };
  const counted = series.load.length > 0;
  const all = counted ? requestsOf(series, tags) : null;
  const requests = all?.requests ?? summaryOf(record, 'http_reqs', tags)?.count ?? null;
  const late = requestsOf({ ...series, load: series.load.filter(({ from }) => from >= window.to) }, tags).requests;
  return {
    isReached: true,
    requests,
    perSecond: requests === null ? null : rate(requests - late, window.to - window.from),
    expected: ownPercentiles(run, tags, all?.failed === 0) ?? percentilesIn(series, tags),
    failureRate: all === null ? (summaryOf(record, 'http_req_failed', tags)?.rate ?? null) : share(all),
    dropped: droppedOf(step, counted ? droppedIn(series, tags) : droppedOfSummary(run, tags)),
    k6Cores: k6Cores(series, window),
  };
}

function ofStage({ series }: ReportedRun, step: Step, window: Window): StepFigures {
  if (series.load.length === 0) return { ...unreached, isReached: true };
  const tags = { scenario: step.scenario.name };
  const lines = series.load.filter((line) => isWithin(line, window));
  const part = { ...series, load: lines };
  const all = requestsOf(part, tags);
  return {
    isReached: true,
    requests: all.requests,
    perSecond: rate(
      all.requests,
      lines.reduce((total, { from, t }) => total + t - from, 0),
    ),
    expected: percentilesIn(part, tags),
    failureRate: share(all),
    dropped: droppedOf(step, droppedIn(part, tags)),
    k6Cores: k6Cores(series, window),
  };
}

/** An export belongs to the stage in which its middle lies. */
function isWithin({ from, t }: LoadLine, window: Window): boolean {
  const middle = (from + t) / 2;
  return middle >= window.from && middle < window.to;
}

type Tags = Readonly<Record<string, string>>;

function requestsOf(series: Series, tags: Tags): { requests: number; failed: number } {
  const matches = withTags(tags);
  let [requests, failed] = [0, 0];
  for (const total of counterTotals(series)) {
    if (total.name !== 'http_reqs' || !matches(total.tags)) continue;
    requests += total.value;
    if (!isExpectedAnswer(total.tags)) failed += total.value;
  }
  return { requests, failed };
}

function share({ requests, failed }: { requests: number; failed: number }): number | null {
  return requests === 0 ? null : failed / requests;
}

function rate(count: number, ms: number): number | null {
  return ms > 0 ? (count * 1_000) / ms : null;
}

/** k6's own, where a threshold of the script made them. Without a failure all answers are expected ones. */
function ownPercentiles({ record }: ReportedRun, tags: Tags, noneFailed: boolean): Percentiles | null {
  const sets = [{ ...tags, expected_response: 'true' }, ...(noneFailed ? [tags] : [])];
  for (const set of sets) {
    const { 'p(95)': p95, 'p(99)': p99 } = summaryOf(record, 'http_req_duration', set) ?? {};
    if (p95 !== undefined && p99 !== undefined) return { p95Ms: p95, p99Ms: p99, approximate: false };
  }
  return null;
}

function percentilesIn(series: Series, tags: Tags): Percentiles | null {
  const hasTags = withTags(tags);
  const merged = trendTotal(
    series,
    'http_req_duration',
    (found) => hasTags(found) && found.expected_response !== 'false',
  );
  if (merged.count === 0) return null;
  return { p95Ms: histogramQuantile(merged, 0.95), p99Ms: histogramQuantile(merged, 0.99), approximate: true };
}

/** k6 emits the counter only when it drops one. */
function droppedIn(series: Series, tags: Tags): number {
  const matches = withTags(tags);
  return counterTotals(series)
    .filter((total) => total.name === 'dropped_iterations' && matches(total.tags))
    .reduce((sum, { value }) => sum + value, 0);
}

function droppedOfSummary({ record }: ReportedRun, tags: Tags): number | null {
  return summaryOf(record, 'dropped_iterations', tags)?.count ?? null;
}

function droppedOf({ scenario }: Step, count: number | null): StepFigures['dropped'] {
  // Iterations that ran out of time are dropped in a closed model too.
  return !scenario.isOpen && !scenario.endsEarly && (count ?? 0) === 0 ? 'cannot' : count;
}

function k6Cores({ points }: Series, { from, to }: Window): number | null {
  // A reading stands for the second before it.
  const values = within(points.get('process_cpu_cores{process:k6}') ?? [], from + 1_000, to).map(({ value }) => value);
  return quantile(values, 0.5);
}
