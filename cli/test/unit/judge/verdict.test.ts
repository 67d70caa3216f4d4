import { describe, expect, it } from 'vitest';
import { parseGates } from '../../../src/judge/gate-expression.ts';
import { judge } from '../../../src/judge/verdict.ts';
import type { Invariant, RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtLoad, builtRecord, builtSeries, loadStart } from './built-run.ts';

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
  }: { curves?: Parameters<typeof builtSeries>[0]; gates?: Record<string, string[]>; more?: SeriesLine[] } = {},
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

  it('is not a pass when a probe was blind for long, and is one after a late reading', () => {
    const blind = (from: number, to: number) => (second: number) => (second >= from && second < to ? null : 1);
    expect(verdict({}, { curves: { ...idle, mysql_ping_ms: blind(20, 40) } })).toMatchObject({ name: 'INCONCLUSIVE' });
    expect(verdict({}, { curves: { ...idle, mysql_ping_ms: blind(20, 21) } })).toMatchObject({ name: 'PASS' });
  });
});

describe('the generator', () => {
  const judged = (curves: Record<string, number>, changes: Partial<RunRecord> = {}) =>
    verdict(changes, { curves: Object.fromEntries(Object.entries(curves).map(([key, value]) => [key, () => value])) });
  const k6 = 'process_cpu_cores{process:k6}';
  const waiting = 'process_cpu_wait_cores{process:k6}';
  const api = 'process_cpu_cores{process:api}';
  const host = 'host_cpu_busy_cores';
  const limited = { parts: [{ name: 'k6', product: 'k6', version: '2', origin: 'local', settings: { cpuLimit: 1 } }] };

  it('that uses up its one processor while the service idles makes the run invalid', () => {
    const result = judged({ [k6]: 0.97, [waiting]: 0.1, [api]: 0.4, [host]: 1.5 }, limited);
    expect(result).toMatchObject({
      name: 'INVALID',
      exitCode: 95,
      reasons: [{ id: 'generator-limit', values: { rule: 'cpu-used-up' } }],
    });
  });

  it('with a service at its ceiling beside it is not blamed', () => {
    expect(judged({ [k6]: 0.9, [waiting]: 0.3, [api]: 0.97, [host]: 1.99 }, limited).name).toBe('PASS');
  });

  it('that can hardly run on a full machine makes the run invalid', () => {
    expect(judged({ [k6]: 0.2, [waiting]: 0.9, [api]: 0.1, [host]: 2 }).reasons).toMatchObject([
      { values: { rule: 'cpu-starved' } },
    ]);
  });

  it('that fills the machine by itself makes the run invalid', () => {
    expect(judged({ [k6]: 1.5, [waiting]: 0.5, [api]: 0.3, [host]: 1.98 }).reasons).toMatchObject([
      { values: { rule: 'host-exhausted' } },
    ]);
  });

  it('with dropped iterations at some per cent of a processor is not blamed: the server is slow', () => {
    const load = builtLoad({
      exitCode: 99,
      thresholds: [{ metric: 'dropped_iterations', expression: 'count==0', held: false }],
      summary: { dropped_iterations: { count: 900 } },
    });
    expect(judged({ [k6]: 0.08, [waiting]: 0.01, [api]: 0.05, [host]: 0.3 }, { load })).toMatchObject({
      name: 'FAIL',
      exitCode: 99,
    });
  });

  it('that ran out of sockets says so on its console', () => {
    const load = builtLoad({ consoleTail: ['dial tcp 127.0.0.1:80: socket: too many open files'] });
    expect(judged({ [k6]: 0.1, [host]: 0.2 }, { load }).reasons).toMatchObject([{ values: { rule: 'sockets' } }]);
  });
});
