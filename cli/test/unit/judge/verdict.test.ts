import { describe, expect, it } from 'vitest';
import { parseGates } from '../../../src/judge/gate-expression.ts';
import { judge } from '../../../src/judge/verdict.ts';
import type { Invariant, RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadStart } from './built-run.ts';

const idle = {
  'process_cpu_cores{process:k6}': () => 0.3,
  'process_cpu_wait_cores{process:k6}': () => 0.05,
  'process_cpu_cores{process:api}': () => 0.2,
  host_cpu_busy_cores: () => 0.8,
};

function verdict(
  changes: Partial<RunRecord>,
  {
    curves = idle,
    gates = {},
    more = [],
  }: { curves?: Record<string, Curve>; gates?: Record<string, string[]>; more?: SeriesLine[] } = {},
) {
  return judge({ record: builtRecord(changes), series: builtSeries(curves, more), gates: parseGates(gates) }).verdict;
}

const invariant = (outcome: Invariant['outcome']): Invariant => ({
  id: 'over-issue',
  outcome,
  violations: outcome === 'violated' ? 3 : null,
  evidence: {},
  reason: outcome === 'undetermined' ? 'late' : null,
});
const broken = builtLoad({
  exitCode: 99,
  thresholds: [{ metric: 'http_req_duration', expression: 'p(95)<1', held: false }],
});
const crash = (kind: 'signal' | 'runtime' | 'silent') => ({
  kind,
  signal: kind === 'signal' ? 'SIGKILL' : null,
  message: kind === 'runtime' ? 'fatal error: runtime: out of memory' : null,
  waitedMs: kind === 'silent' ? 150_000 : null,
});
const agreed = { seriesRequests: 6_000, summaryRequests: 6_000, difference: 0, rejectedExports: 0 };
const error = (code: string) => [{ code, message: 'what happened', hint: null }];

describe('the verdict', () => {
  it.each<[string, Partial<RunRecord>, string, number, string[]]>([
    ['nothing wrong', {}, 'PASS', 0, []],
    ['a broken threshold', { load: broken }, 'FAIL', 99, ['threshold-broken']],
    ['a violated invariant', { invariants: [invariant('violated')] }, 'INCORRECT', 94, ['invariant-violated']],
    [
      'an undetermined invariant',
      { invariants: [invariant('undetermined')] },
      'INCONCLUSIVE',
      95,
      ['invariant-undetermined'],
    ],
    [
      'a backlog that stays',
      { drain: { drained: false, tookMs: 60_000, limitMs: 60_000, left: {} } },
      'INCONCLUSIVE',
      95,
      ['not-drained'],
    ],
    ['a script exception', { load: builtLoad({ exitCode: 107 }) }, 'SCRIPT_FAILURE', 107, ['script-failed']],
    ['an unknown failure of k6', { load: builtLoad({ exitCode: 255 }) }, 'SCRIPT_FAILURE', 255, ['script-failed']],
    [
      'an exit code that is not of k6',
      { load: builtLoad({ exitCode: 2, summary: null }) },
      'SCRIPT_FAILURE',
      255,
      ['script-failed'],
    ],
    [
      'k6 without memory',
      { load: builtLoad({ exitCode: 2, summary: null, crash: crash('runtime') }) },
      'INVALID',
      95,
      ['k6-crashed', 'generator-limit'],
    ],
    [
      'k6 ended by a signal',
      { load: builtLoad({ exitCode: null, summary: null, crash: crash('signal') }) },
      'INVALID',
      95,
      ['k6-signal'],
    ],
    [
      'k6 ended by a signal behind a shell',
      { load: builtLoad({ exitCode: 137, summary: null, crash: crash('signal') }) },
      'INVALID',
      95,
      ['k6-signal'],
    ],
    [
      'k6 ended for its silence',
      { load: builtLoad({ exitCode: 105, crash: crash('silent') }) },
      'INVALID',
      95,
      ['k6-silent'],
    ],
    ['a threshold that k6 does not name', { load: builtLoad({ exitCode: 99 }) }, 'FAIL', 99, ['k6-threshold-unknown']],
    [
      'Ctrl-C with wrong data',
      { status: 'interrupted', load: builtLoad({ exitCode: 105 }), invariants: [invariant('violated')] },
      'INTERRUPTED',
      130,
      ['interrupted', 'invariant-violated'],
    ],
    [
      'Ctrl-C before the load',
      { status: 'interrupted', load: null, drain: null, invariants: [], errors: error('interrupted') },
      'INTERRUPTED',
      130,
      ['interrupted'],
    ],
    [
      'a store that went away while the invariants were counted, on a full disk',
      { status: 'failed', errors: [...error('store-unreachable'), ...error('series-incomplete')] },
      'UNREACHABLE',
      93,
      ['not-started', 'series-incomplete'],
    ],
    ['errors that the run survived', { errors: error('warmup-failed') }, 'PASS', 0, []],
    ['no threshold and no invariant', { invariants: [] }, 'PASS', 0, ['nothing-judged']],
    [
      'a series that lacks requests under invariants',
      { load: builtLoad({ reconciliation: { ...agreed, seriesRequests: 5_990, difference: -10 } }) },
      'INCONCLUSIVE',
      95,
      ['series-differs'],
    ],
    [
      'a series that lacks requests under thresholds of k6 alone',
      {
        load: builtLoad({
          thresholds: [{ metric: 'http_reqs', expression: 'count>1', held: true }],
          reconciliation: { ...agreed, seriesRequests: 5_990, difference: -10 },
        }),
        invariants: [],
      },
      'INCONCLUSIVE',
      95,
      ['series-differs'],
    ],
    [
      'requests that k6 reported without their tags',
      { load: builtLoad({ folded: { names: 900, atLeast: false, tags: [], untagged: 40 } }) },
      'INCONCLUSIVE',
      95,
      ['series-untagged'],
    ],
    ['k6 killed', { load: builtLoad({ exitCode: null, summary: null }) }, 'INVALID', 95, ['k6-killed']],
    [
      'a stack that does not start',
      { status: 'failed', load: null, errors: error('part-not-started') },
      'UNREACHABLE',
      93,
      ['not-started'],
    ],
    [
      'a defect of ours',
      { status: 'failed', load: null, errors: error('internal') },
      'INTERNAL_ERROR',
      1,
      ['internal-error'],
    ],
    [
      'Ctrl-C',
      { status: 'interrupted', load: builtLoad({ exitCode: 105 }), errors: error('interrupted') },
      'INTERRUPTED',
      130,
      ['interrupted'],
    ],
    ['a series cut by a full disk', { errors: error('series-incomplete') }, 'INCONCLUSIVE', 95, ['series-incomplete']],
    [
      'no request at all',
      {
        load: builtLoad({
          reconciliation: { seriesRequests: 0, summaryRequests: 0, difference: 0, rejectedExports: 0 },
        }),
      },
      'INCONCLUSIVE',
      95,
      ['no-requests'],
    ],
  ])('of %s', (_, changes, name, exitCode, reasons) => {
    const result = verdict(changes);
    expect(result).toMatchObject({ name, exitCode });
    expect(result.reasons.map(({ id }) => id)).toEqual(reasons);
  });

  it('is the worst of several, and names them all, the worst first', () => {
    const result = verdict({ load: broken, invariants: [invariant('violated'), invariant('undetermined')] });
    expect(result).toMatchObject({ name: 'INCORRECT', exitCode: 94 });
    expect(result.reasons.map(({ id }) => id)).toEqual([
      'invariant-violated',
      'invariant-undetermined',
      'threshold-broken',
    ]);
  });

  it('is not changed by a warning, which is said all the same', () => {
    const result = verdict(
      {},
      { curves: { ...idle, redis_ping_ms: () => 50 }, gates: { redis_ping_ms: ['max<10 warn'] } },
    );
    expect(result).toMatchObject({ name: 'PASS', exitCode: 0 });
    expect(result.reasons.map(({ id }) => id)).toEqual(['threshold-warned']);
  });

  it('is never a pass when a gate has no data', () => {
    const result = verdict({}, { gates: { redis_ping_ms: ['max<10'] } });
    expect(result).toMatchObject({ name: 'INCONCLUSIVE', exitCode: 95 });
  });

  it('is not a pass when a part died in the load, but a part that ends with the run is fine', () => {
    const exited = (t: number): SeriesLine => ({ kind: 'event', t, name: 'process-exited', subject: 'redis' });
    expect(verdict({}, { more: [exited(loadStart + 5_000)] })).toMatchObject({ name: 'INCONCLUSIVE', exitCode: 95 });
    expect(verdict({}, { more: [exited(loadStart + 70_000)] })).toMatchObject({ name: 'PASS' });
    expect(verdict({}, { more: [exited(loadStart - 5_000)] })).toMatchObject({ name: 'PASS' });
  });

  it.each(['redis', 'mysql'])(
    'is not a pass when %s was started again in the load, though no reading is missing',
    (store) => {
      const uptime = (since: number) => ({
        ...idle,
        [`${store}_uptime_seconds`]: (second: number) => Math.abs(second - since),
      });
      expect(verdict({}, { curves: uptime(20) })).toMatchObject({
        name: 'INCONCLUSIVE',
        reasons: [{ id: 'store-restarted', values: { store } }],
      });
      expect(verdict({}, { curves: uptime(-1) })).toMatchObject({ name: 'PASS' });
    },
  );

  it('is a pass that tells of an export which came late with nothing lost', () => {
    const late = { kind: 'load' as const, instance: 0, counters: {}, gauges: {}, histograms: {} };
    const more = [{ ...late, from: loadStart + 20_000, t: loadStart + 25_100 }];
    expect(verdict({}, { more })).toMatchObject({
      name: 'PASS',
      reasons: [{ id: 'series-stalled', values: { seconds: 4 } }],
    });
    const reconciliation = { ...agreed, seriesRequests: 5_000, difference: -1_000 };
    expect(verdict({ load: builtLoad({ reconciliation }) }, { more })).toMatchObject({
      name: 'INCONCLUSIVE',
      reasons: [{ id: 'series-differs' }],
    });
  });

  it('is not a pass when a probe was blind for long, and is one after a late reading', () => {
    const blind = (from: number, to: number) => (second: number) => (second >= from && second < to ? null : 1);
    expect(verdict({}, { curves: { ...idle, mysql_ping_ms: blind(20, 40) } })).toMatchObject({ name: 'INCONCLUSIVE' });
    expect(verdict({}, { curves: { ...idle, mysql_ping_ms: blind(20, 21) } })).toMatchObject({ name: 'PASS' });
  });
});

describe('the generator', () => {
  const judged = (changes: Partial<RunRecord>, curves: Record<string, Curve>) => verdict(changes, { curves });
  const starved = { ...idle, 'process_cpu_wait_cores{process:k6}': () => 3 };

  it('at its limit makes the run invalid', () => {
    expect(judged({}, starved)).toMatchObject({
      name: 'INVALID',
      exitCode: 95,
      reasons: [{ id: 'generator-limit', values: { rule: 'cpu-starved' } }],
    });
  });

  it('at its limit outweighs a broken threshold, which it may have broken itself', () => {
    const result = judged({ load: broken }, starved);
    expect(result).toMatchObject({ name: 'INVALID', exitCode: 95 });
    expect(result.reasons.map(({ id }) => id)).toEqual(['generator-limit', 'threshold-broken']);
  });

  it('at its limit does not excuse wrong data', () => {
    expect(judged({ invariants: [invariant('violated')] }, starved)).toMatchObject({ name: 'INCORRECT', exitCode: 94 });
  });

  it('with dropped iterations at some per cent of a processor is not blamed: the server is slow', () => {
    const load = builtLoad({
      exitCode: 99,
      thresholds: [{ metric: 'dropped_iterations', expression: 'count==0', held: false }],
      summary: { dropped_iterations: { count: 900, rate: 15 } },
    });
    expect(judged({ load }, idle)).toMatchObject({ name: 'FAIL', exitCode: 99 });
  });

  it('that nobody watched is no pass', () => {
    expect(judged({}, { redis_ping_ms: () => 1 })).toMatchObject({
      name: 'INCONCLUSIVE',
      reasons: [{ id: 'generator-unwatched' }],
    });
  });
});

describe('every ground', () => {
  const curves = { ...idle, mysql_ping_ms: (second: number) => (second > 30 ? null : 1), redis_ping_ms: () => 50 };
  const died: SeriesLine = { kind: 'event', t: loadStart + 9_000, name: 'process-exited', subject: 'mysql' };

  it('is kept, the worst first, and a warning last', () => {
    const result = verdict(
      {
        load: broken,
        invariants: [invariant('violated'), invariant('undetermined')],
        drain: { drained: false, tookMs: 60_000, limitMs: 60_000, left: {} },
        errors: error('series-incomplete'),
      },
      { curves, gates: { redis_ping_ms: ['max<10 warn'], mysql_ping_ms: ['max<10'] }, more: [died] },
    );
    expect(result).toMatchObject({ name: 'INCORRECT', exitCode: 94 });
    expect(result.reasons.map(({ id }) => id)).toEqual([
      'invariant-violated',
      'not-drained',
      'series-incomplete',
      'invariant-undetermined',
      'threshold-no-data',
      'probe-gap',
      'part-died',
      'threshold-broken',
      'threshold-warned',
    ]);
  });

  it('in every pair decides by the order of the exit codes', () => {
    const faults: ReadonlyArray<readonly [number, Partial<RunRecord>]> = [
      [94, { invariants: [invariant('violated')] }],
      [95, { errors: error('series-incomplete') }],
      [107, { load: builtLoad({ exitCode: 107 }) }],
      [99, { load: broken }],
    ];
    const order = [107, 94, 95, 99];
    for (const [first, changes] of faults) {
      for (const [second, others] of faults) {
        if (changes.load !== undefined && others.load !== undefined) continue;
        const worst = order.find((code) => code === first || code === second);
        expect(verdict({ ...changes, ...others }).exitCode, `${first} and ${second}`).toBe(worst);
      }
    }
  });
});

describe('what was judged', () => {
  it('is the same however often a record is judged', () => {
    const run = {
      record: builtRecord({ load: broken }),
      series: builtSeries(idle),
      gates: parseGates({ redis_ping_ms: ['max<10'] }),
    };
    expect(judge(run)).toEqual(judge(run));
  });

  it('is nothing when nothing was loaded', () => {
    const record = builtRecord({ status: 'failed', load: null, drain: null, errors: error('part-not-started') });
    const judgement = judge({ record, series: builtSeries({}), gates: parseGates({ redis_ping_ms: ['max<10'] }) });
    expect(judgement).toMatchObject({ thresholds: [], findings: [], verdict: { name: 'UNREACHABLE' } });
  });

  it('holds the results of k6 and of the gates', () => {
    const { thresholds } = judge({
      record: builtRecord({ load: broken }),
      series: builtSeries({ ...idle, redis_ping_ms: () => 1 }),
      gates: parseGates({ redis_ping_ms: ['max<10', 'p(90)<5 warn'] }),
    });
    expect(thresholds).toMatchObject([
      { source: 'k6', metric: 'http_req_duration', outcome: 'broken', level: 'fail' },
      { source: 'loadkit', expression: 'max<10', outcome: 'held', level: 'fail' },
      { source: 'loadkit', expression: 'p(90)<5 warn', outcome: 'held', level: 'warn' },
    ]);
  });
});
