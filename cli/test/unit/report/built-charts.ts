import { metricKey } from '../../../src/record/metric-key.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { Histogram, LoadLine, SampleLine, SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { drainEnd, loadStart } from '../judge/built-run.ts';
import { couponRun } from './built-report.ts';

/** Seconds in which the built run is slow and fails. */
export const slowFrom = 20;
export const slowTo = 25;
/** The second in which a process ends. */
export const exitAt = 30;

const isSlow = (second: number) => second >= slowFrom && second < slowTo;

/** One minute in which everything that can be drawn and marked happens: slow seconds, failures, a backlog, a process that ends. */
export function chartedRun(changes: Partial<RunRecord> = {}, more: readonly SeriesLine[] = []): ReportedRun {
  const run = couponRun({
    errors: [{ code: 'part-died', message: 'redis ended with 137', hint: null }],
    probeNotes: { redis: ['no INFO'] },
    judgement: {
      thresholds: [
        {
          source: 'k6',
          metric: 'http_req_duration{name:issue_coupon}',
          expression: 'p(95)<100',
          level: 'fail',
          outcome: 'broken',
          observed: 210,
          samples: 6_000,
          reason: null,
        },
      ],
      findings: [finding('lock-built', slowFrom, slowTo), finding('whole-built', 0, 60)],
      verdict: { name: 'FAIL', exitCode: 1, reasons: [] },
    },
    ...changes,
  });
  const { record } = run;
  const lines = Array.from({ length: 60 }, (_, second) => exported(second, record));
  const readings = Array.from({ length: 63 }, (_, second) => reading(second));
  const ended: SeriesLine = {
    kind: 'event',
    t: loadStart + exitAt * 1_000,
    name: 'process-exited',
    subject: 'redis',
    detail: 'code 137',
  };
  return { record, series: indexSeries([...lines, ...readings, ended, ...more]) };
}

function finding(id: string, from: number, to: number) {
  return {
    id,
    outcome: 'problem' as const,
    confidence: 'high' as const,
    evidence: [
      {
        metric: 'mysql_row_lock_waits',
        from: loadStart + from * 1_000,
        to: loadStart + to * 1_000,
        value: 40,
        unit: 'per-second',
        comparedWith: { value: 1, what: 'built-level' },
      },
    ],
    detail: { rule: 'built' },
    ruledOut: [{ id: 'built', values: { cores: 0.2 } }],
    surer: [{ id: 'built', values: {} }],
  };
}

function exported(second: number, { scenario }: RunRecord): LoadLine {
  const name = scenario?.endpoints[0]?.name ?? 'issue_coupon';
  const tags = (status: number) => ({
    expected_response: String(status < 500),
    method: 'POST',
    name,
    status: String(status),
  });
  const failed = isSlow(second) ? 5 : 0;
  return {
    kind: 'load',
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: {
      [metricKey('http_reqs', tags(201))]: 80,
      [metricKey('http_reqs', tags(409))]: 15,
      ...(failed === 0 ? {} : { [metricKey('http_reqs', tags(503))]: failed }),
    },
    gauges: { vus: 100 },
    histograms: { [metricKey('http_req_duration', tags(201))]: times(isSlow(second) ? 200 : 10, 95) },
  };
}

/** Nearly all at one time, a few at ten times that. */
export function times(ms: number, count: number): Histogram {
  const scale = 3;
  const bucket = (value: number) => Math.ceil(Math.log2(value) * 2 ** scale) - 1;
  const [offset, last] = [bucket(ms), bucket(ms * 10)];
  const counts = new Array<number>(last - offset + 1).fill(0);
  const slow = Math.ceil(count / 50);
  counts[0] = count - slow;
  counts[last - offset] = slow;
  return { scale, offset, counts, zeroCount: 0, count, sum: count * ms, min: ms, max: ms * 10 };
}

function reading(second: number): SampleLine {
  const values: Record<string, number> = {
    [metricKey('kafka_consumer_lag', { group: 'point-accrual', topic: 'order.completed' })]: Math.max(0, 62 - second),
    mysql_row_lock_waits: Math.max(0, Math.min(second, slowTo) - slowFrom) * 40,
    mysql_deadlocks: 0,
    mysql_lock_waiters: 0,
    [metricKey('process_cpu_cores', { process: 'api' })]: isSlow(second) ? 1 : 0.3,
    [metricKey('process_cpu_cores', { process: 'k6' })]: 0.2,
    host_cpu_busy_cores: 0.9,
  };
  return { kind: 'sample', t: loadStart + second * 1_000, probe: 'built', outcome: 'ok', tookMs: 1, values };
}

/** The axis of the built run, in seconds. */
export const builtSeconds = (drainEnd - loadStart) / 1_000;
