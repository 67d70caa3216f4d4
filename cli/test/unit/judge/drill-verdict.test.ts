import { describe, expect, it } from 'vitest';
import { parseGates } from '../../../src/judge/gate-expression.ts';
import { judge } from '../../../src/judge/verdict.ts';
import type { Assessment, Level } from '../../../src/record/drill.ts';
import { doubt } from '../../../src/record/drill-doubt.ts';
import type { Invariant, RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtScenario } from '../analyze/built-seconds.ts';
import { assessed, builtDrill, usually } from '../assess/built-drill.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadStart } from './built-run.ts';

const idle: Record<string, Curve> = {
  'process_cpu_cores{process:k6}': () => 0.3,
  'process_cpu_wait_cores{process:k6}': () => 0.05,
  'process_cpu_cores{process:api}': () => 0.2,
  host_cpu_busy_cores: () => 0.8,
};

const assessment = (changes: Partial<Assessment> = {}): Assessment => ({
  ...assessed((second) => ({ answers: usually(second) }), { drill: { mitigation: 'sorted-locking' } }),
  ...changes,
});

function verdict(
  changes: Partial<RunRecord>,
  {
    made = assessment({ level: 'L1' }),
    curves = idle,
    more = [],
    maxLevel = null,
  }: {
    made?: Assessment | null;
    curves?: Record<string, Curve>;
    more?: SeriesLine[];
    maxLevel?: Level | null;
  } = {},
) {
  const record = builtRecord({ drill: builtDrill({ assessment: made }), ...changes });
  return judge({ record, series: builtSeries(curves, more), gates: parseGates({ redis_ping_ms: ['max<5'] }), maxLevel })
    .verdict;
}

const invariant = (outcome: Invariant['outcome'], reason: string | null = null): Invariant => ({
  ...{ id: 'over-issue', outcome, violations: outcome === 'violated' ? 3 : null, evidence: {}, reason },
});
const broken = builtLoad({
  exitCode: 99,
  thresholds: [{ metric: 'http_req_duration', expression: 'p(95)<1', held: false }],
});
const ids = ({ reasons }: ReturnType<typeof verdict>) => reasons.map(({ id }) => id);

describe('the verdict of a drill', () => {
  it('is a pass that names its level, whatever was broken by the fault', () => {
    const died: SeriesLine = { kind: 'event', t: loadStart + 9_000, name: 'process-exited', subject: 'mysql' };
    const curves = {
      ...idle,
      redis_ping_ms: () => 50,
      mysql_ping_ms: (second: number) => (second > 20 && second < 40 ? null : 1),
      redis_uptime_seconds: (second: number) => Math.abs(second - 20),
    };
    const left = { drained: false, tookMs: 60_000, limitMs: 60_000, left: {} };
    const found = verdict(
      { load: broken, drain: left, invariants: [invariant('violated'), invariant('undetermined', 'late')] },
      { curves, more: [died] },
    );
    expect(found).toMatchObject({
      name: 'PASS',
      exitCode: 0,
      reasons: [{ id: 'drill-assessed', values: { fault: 'row-held', level: 'L1' } }],
    });
  });

  it('keeps the thresholds as they are', () => {
    const record = builtRecord({ drill: builtDrill({ assessment: assessment() }), load: broken });
    const { thresholds } = judge({ record, series: builtSeries(idle), gates: [] });
    expect(thresholds).toMatchObject([{ outcome: 'broken' }]);
  });

  it('is inconclusive by each of its doubts', () => {
    const doubts = [doubt('placebo-alarmed', { alarms: 2 }), doubt('not-calibrated', {})];
    const found = verdict({}, { made: assessment({ doubts, level: 'undetermined' }), maxLevel: 'L3' });
    expect(found).toMatchObject({ name: 'INCONCLUSIVE', exitCode: 95, reasons: doubts });
  });

  it('is inconclusive where nothing was assessed', () => {
    expect(verdict({}, { made: null })).toMatchObject({ exitCode: 95, reasons: [{ id: 'drill-not-assessed' }] });
  });

  it.each<[string, Level, Level | null, number]>([
    ['worse than the one that was allowed', 'L1', 'L2', 99],
    ['worse than none at all', 'L3', 'absorbed', 99],
    ['as bad as the one that was allowed', 'L2', 'L2', 0],
    ['better', 'absorbed', 'L3', 0],
    ['of any kind where none was asked for', 'L1', null, 0],
  ])('with a level %s', (_, level, maxLevel, exitCode) => {
    expect(verdict({}, { made: assessment({ level }), maxLevel })).toMatchObject({ exitCode });
  });

  it.each<[string, Partial<RunRecord>, number, string]>([
    ['what was interrupted', { status: 'interrupted' }, 130, 'interrupted'],
    ['what could not be reached', failed('part-not-started', null), 93, 'not-started'],
    ['a defect of ours', failed('internal', null), 1, 'internal-error'],
    ['a script that failed', { load: builtLoad({ exitCode: 107 }) }, 107, 'script-failed'],
    [
      'what it was ended for',
      failed('fault-cut-short', builtLoad({ exitCode: 105, cutBy: { code: 'fault-cut-short', exitCode: 95 } })),
      95,
      'drill-ended',
    ],
    ['k6 that somebody else ended', { load: builtLoad({ exitCode: 105 }) }, 105, 'script-failed'],
    ['a generator that was killed', { load: builtLoad({ exitCode: null }) }, 95, 'k6-killed'],
    [
      'an invariant that could not be counted',
      { invariants: [invariant('undetermined', 'timeout')] },
      95,
      'invariant-undetermined',
    ],
  ])('leaves %s as it is', (_, changes, exitCode, id) => {
    const found = verdict(changes);
    expect(found.exitCode).toBe(exitCode);
    expect(ids(found)[0]).toBe(id);
  });

  it('does not say twice that what was interrupted was not assessed', () => {
    expect(ids(verdict({ status: 'interrupted' }, { made: null }))).toEqual(['interrupted']);
  });

  it('of a script that is not ours is the same', () => {
    const scenario = builtScenario({ foreign: true });
    expect(verdict({ scenario, load: broken })).toMatchObject({ name: 'PASS', exitCode: 0 });
  });
});

function failed(code: string, load: RunRecord['load']): Partial<RunRecord> {
  return { status: 'failed', load, errors: [{ code, message: 'what happened', hint: null }] };
}
