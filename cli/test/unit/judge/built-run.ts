import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries, type Series } from '../../../src/record/series-index.ts';

/** The load of built runs: 60 s from a whole second on. */
export const loadStart = 1_790_000_000_000;
export const loadEnd = loadStart + 60_000;
export const drainEnd = loadEnd + 3_000;

type Load = NonNullable<RunRecord['load']>;

export function builtLoad(changes: Partial<Load> = {}): Load {
  return {
    exitCode: 0,
    crash: null,
    cutBy: null,
    startedAt: loadStart,
    endedAt: loadEnd,
    summary: {
      http_reqs: { count: 6_000, rate: 100 },
      http_req_duration: { count: 6_000, avg: 5, 'p(95)': 9, 'p(99)': 12, max: 40 },
    },
    thresholds: [],
    checks: [],
    units: {},
    folded: null,
    notFinite: 0,
    refused: { requests: 0, addresses: [] },
    withoutSummary: false,
    merged: null,
    testMs: 60_000,
    iterations: { complete: 6_000, interrupted: 0 },
    reconciliation: { seriesRequests: 6_000, summaryRequests: 6_000, difference: 0, rejectedExports: 0 },
    consoleTail: [],
    ...changes,
  };
}

/** A complete run with nothing wrong. */
export function builtRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 'loadkit.run',
    version: 1,
    id: '20260921-173320-coupon-test',
    status: 'complete',
    loadkit: '0.1.0',
    command: ['loadkit', 'run', 'coupon'],
    startedAt: loadStart - 10_000,
    endedAt: drainEnd + 1_000,
    timeZone: 'Asia/Seoul',
    host: {
      hostname: 'test',
      os: 'Debian',
      kernel: 'Linux',
      arch: 'x64',
      cpuModel: 'some CPU',
      cpuCount: 2,
      memoryBytes: 8 * 1024 ** 3,
      node: '20.19.0',
      shared: true,
    },
    git: null,
    scenario: null,
    set: {},
    fixture: {},
    stack: { provider: 'local' },
    allowedHosts: [],
    notices: [],
    parts: [],
    phases: [
      { name: 'load', startedAt: loadStart, endedAt: loadEnd },
      { name: 'drain', startedAt: loadEnd, endedAt: drainEnd },
      { name: 'stop', startedAt: drainEnd, endedAt: drainEnd + 1_000 },
    ],
    load: builtLoad(),
    drain: { drained: true, tookMs: 1_000, limitMs: 60_000, left: {} },
    probeNotes: {},
    invariants: [{ id: 'over-issue', outcome: 'held', violations: 0, evidence: {}, reason: null }],
    errors: [],
    judgement: null,
    drill: null,
    ...changes,
  };
}

/** A value a second; null: the reading failed; undefined: it was taken, but the series was not there (yet). */
export type Curve = (second: number) => number | null | undefined;

/** One reading a second from two seconds before the load to its drain's end. */
export function builtSeries(curves: Readonly<Record<string, Curve>>, more: readonly SeriesLine[] = []): Series {
  const readings = Object.entries(curves).flatMap(([key, curve]) =>
    Array.from({ length: 66 }, (_, index) => reading(key, index - 2, curve(index - 2))),
  );
  return indexSeries([...more, ...readings, ...exportsEverySecond()]);
}

function reading(key: string, second: number, value: number | null | undefined): SeriesLine {
  const taken = { kind: 'sample' as const, t: loadStart + second * 1_000, probe: key.split('_')[0] ?? key, tookMs: 1 };
  if (value === null) return { ...taken, outcome: 'failed', error: 'gone' };
  return { ...taken, outcome: 'ok', values: value === undefined ? {} : { [key]: value } };
}

/** k6's exports, so that no second of the load is silent. */
function exportsEverySecond(): SeriesLine[] {
  return Array.from({ length: 60 }, (_, second) => ({
    kind: 'load' as const,
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: { 'http_reqs{name:issue_coupon}': 100 },
    gauges: {},
    histograms: {},
  }));
}
