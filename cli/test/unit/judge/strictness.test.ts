import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/judge/verdict.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadStart } from './built-run.ts';

type Scenario = NonNullable<RunRecord['scenario']>;

const theirs: Scenario = {
  ...{ name: 'theirs', file: 'theirs.js', sha256: 'a'.repeat(64), profile: null, seed: null, model: 'closed' },
  ...{ shape: '1 VU · 10s', plannedMs: 10_000, maxVus: 1, options: {}, parameters: {}, endpoints: [] },
  ...{ foreign: true, strict: false, flags: [] },
};
const idle = { 'process_cpu_cores{process:k6}': () => 0.3, 'process_cpu_cores{process:api}': () => 0.2 };
const starved = { ...idle, 'process_cpu_wait_cores{process:k6}': () => 3 };
const blind = { ...idle, mysql_ping_ms: (second: number) => (second > 20 ? null : 1) };
const died: SeriesLine = { kind: 'event', t: loadStart + 9_000, name: 'process-exited', subject: 'redis' };
const nothing = { seriesRequests: 0, summaryRequests: 0, difference: 0, rejectedExports: 0 };
const error = (code: string) => [{ code, message: 'what happened', hint: null }];

interface Given {
  readonly changes?: Partial<RunRecord>;
  readonly curves?: Record<string, Curve>;
  readonly more?: readonly SeriesLine[];
}

function judged({ changes = {}, curves = idle, more = [] }: Given, scenario: Partial<Scenario> = {}) {
  const record = builtRecord({ scenario: { ...theirs, ...scenario }, invariants: [], ...changes });
  return judge({ record, series: builtSeries(curves, more), gates: [] });
}

/** What loadkit would hold against a run of its own, by the reason. */
const held: ReadonlyArray<readonly [reason: string, code: number, given: Given]> = [
  ['generator-limit', 95, { curves: starved }],
  ['generator-unwatched', 95, { curves: { redis_ping_ms: () => 1 } }],
  ['probe-gap', 95, { curves: blind }],
  ['part-died', 95, { more: [died] }],
  ['no-requests', 95, { changes: { load: builtLoad({ summary: {}, reconciliation: nothing }) } }],
  ['not-drained', 95, { changes: { drain: { drained: false, tookMs: 1, limitMs: 1, left: { a: 1 } } } }],
  ['series-incomplete', 95, { changes: { errors: error('series-incomplete') } }],
  ['not-started', 93, { changes: { status: 'failed', errors: error('store-unreachable') } }],
  [
    'invariant-violated',
    94,
    { changes: { invariants: [{ id: 'over-issue', outcome: 'violated', violations: 1, evidence: {}, reason: null }] } },
  ],
];

describe('the verdict of a script that is not ours', () => {
  it.each(held)('is k6’s own although there is %s, which is said', (reason, _, given) => {
    const { verdict } = judged(given);
    expect(verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
    expect(verdict.reasons.map(({ id }) => id)).toContain(reason);
  });

  it.each(held)('is changed by %s to %i with --strict', (reason, code, given) => {
    const { verdict } = judged(given, { strict: true });
    expect(verdict.exitCode).toBe(code);
    expect(verdict.reasons.map(({ id }) => id)).toContain(reason);
  });

  it.each([
    [0, 'PASS'],
    [99, 'FAIL'],
    [100, 'SCRIPT_FAILURE'],
    [104, 'SCRIPT_FAILURE'],
    [107, 'SCRIPT_FAILURE'],
    [108, 'SCRIPT_FAILURE'],
    [110, 'SCRIPT_FAILURE'],
    [255, 'SCRIPT_FAILURE'],
    [2, 'SCRIPT_FAILURE'],
    [3, 'SCRIPT_FAILURE'],
  ])('passes k6’s code %i on as %s, with a reason for it', (exitCode, name) => {
    for (const given of [idle, starved]) {
      const { verdict } = judged({ changes: { load: builtLoad({ exitCode }) }, curves: given });
      expect(verdict).toMatchObject({ name, exitCode });
      const [first] = verdict.reasons.map(({ id }) => id).filter((id) => id !== 'generator-limit');
      expect(first).toBe(
        exitCode === 0 ? 'nothing-judged' : exitCode === 99 ? 'k6-threshold-unknown' : 'script-failed',
      );
    }
  });

  it.each<[string, Partial<RunRecord>, string, number]>([
    ['an interrupt', { status: 'interrupted', load: builtLoad({ exitCode: 105 }) }, 'INTERRUPTED', 130],
    ['k6 that could not be started', { status: 'failed', load: null, errors: error('x') }, 'UNREACHABLE', 93],
    ['a defect of ours', { status: 'failed', errors: error('internal') }, 'INTERNAL_ERROR', 1],
    ['k6 that was killed, which has no code', { load: builtLoad({ exitCode: null, summary: null }) }, 'INVALID', 95],
  ])('is no word of k6’s after %s', (_, changes, name, exitCode) => {
    expect(judged({ changes }).verdict).toMatchObject({ name, exitCode });
  });

  it('keeps k6’s result of a threshold, and says what it rests on', () => {
    const load = builtLoad({
      exitCode: 99,
      thresholds: [
        { metric: 'http_req_duration{name:typo}', expression: 'p(95)<1', held: true },
        { metric: 'slow', expression: 'p(99)<1', held: false },
        { metric: 'checks', expression: 'rate>0.9', held: null },
      ],
      summary: { slow: { avg: 5, 'p(99)': 8, count: 3 } },
    });
    const { thresholds, verdict } = judged({ changes: { load } });
    expect(thresholds).toMatchObject([
      { outcome: 'held', observed: null, reason: 'no-sample' },
      { outcome: 'broken', observed: 8, samples: 3, reason: 'too-few-samples' },
      { outcome: 'no-data', reason: 'no-result' },
    ]);
    expect(verdict).toMatchObject({ name: 'FAIL', exitCode: 99 });
    expect(verdict.reasons.map(({ id }) => id)).toEqual([
      'threshold-broken',
      'threshold-thin',
      'threshold-thin',
      'threshold-no-data',
    ]);
  });

  it('of WebSockets or gRPC is not told that there was no request', () => {
    const summary = { ws_sessions: { count: 4, rate: 1 }, iterations: { count: 4, rate: 1 } };
    const load = builtLoad({ summary, reconciliation: nothing });
    for (const strict of [true, false]) {
      const { verdict } = judged({ changes: { load } }, { strict });
      expect(verdict.reasons.map(({ id }) => id)).not.toContain('no-requests');
    }
  });

  it('is told of requests that were refused for their address, as is one of ours', () => {
    const load = builtLoad({ refused: { requests: 3, addresses: ['10.0.0.1'] } });
    for (const foreign of [true, false]) {
      const { verdict } = judged({ changes: { load } }, { foreign });
      expect(verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
      expect(verdict.reasons[0]).toEqual({ id: 'requests-refused', values: { requests: 3, addresses: '10.0.0.1' } });
    }
  });
});
