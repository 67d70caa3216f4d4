import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { comparedFigures, comparisonsOf, rangeOf, separation } from '../../../src/report/comparison.ts';
import { couponRun, orderRun, render } from './built-report.ts';

let made = 0;

function run(set: Record<string, string>, changes: Partial<RunRecord> = {}): ReportedRun {
  made += 1;
  return couponRun({ id: `20260921-173320-coupon-${made}`, set, ...changes });
}

function withRate(rate: number, strategy: string): ReportedRun {
  const { load } = couponRun().record;
  if (load?.summary == null) throw new Error('a built run has a summary');
  const requests = load.summary['http_reqs{name:issue_coupon}'];
  const summary = { ...load.summary, 'http_reqs{name:issue_coupon}': { ...requests, rate } };
  return run({ ISSUE_STRATEGY: strategy }, { load: { ...load, summary } });
}

describe('runs that are compared', () => {
  it('are grouped by the setting that differs, in the order of their first run', () => {
    const runs = ['lua', 'lock', 'lock', 'lua'].map((ISSUE_STRATEGY) => run({ ISSUE_STRATEGY, MYSQL_POOL_SIZE: '8' }));
    const [comparison, ...others] = comparisonsOf(runs);
    expect(others).toEqual([]);
    expect(comparison?.settings).toEqual(['ISSUE_STRATEGY']);
    expect(comparison?.variants.map(({ name, runs: own }) => [name, own.length])).toEqual([
      ['ISSUE_STRATEGY=lua', 2],
      ['ISSUE_STRATEGY=lock', 2],
    ]);
  });

  it('are repeats of one variant where nothing differs', () => {
    const [comparison] = comparisonsOf([run({}), run({})]);
    expect(comparison?.settings).toEqual([]);
    expect(comparison?.variants.map(({ runs }) => runs.length)).toEqual([2]);
  });

  it('are not compared when anything but a setting of the service differs', () => {
    const one = run({ ISSUE_STRATEGY: 'lua' });
    const { scenario, host, git } = one.record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const others: Array<Partial<RunRecord>> = [
      { scenario: { ...scenario, shape: '50 VU · 60s' } },
      { scenario: { ...scenario, sha256: 'b'.repeat(64) } },
      { scenario: { ...scenario, seed: 2 } },
      { host: { ...host, cpuCount: host.cpuCount + 1 } },
      { git: { commit: 'c'.repeat(40), branch: null, dirty: git?.dirty ?? false } },
      { stack: { provider: 'docker' } },
      { parts: [{ name: 'redis', product: 'Redis', version: '8.0.0', origin: 'local', settings: {} }] },
    ];
    for (const changes of others) {
      expect(comparisonsOf([one, run({ ISSUE_STRATEGY: 'lock' }, changes)]), JSON.stringify(changes)).toEqual([]);
    }
  });

  it('have no section in a report of different scenarios', () => {
    expect(render([couponRun(), orderRun()], 'ko', 'md')).not.toContain('반복 실행 및 설정 비교');
  });

  it('are compared by the violations of an invariant only when one was violated', () => {
    const violated = { id: 'over-issue', outcome: 'violated' as const, violations: 3, evidence: {}, reason: null };
    const [clean] = comparisonsOf([run({ A: '1' }), run({ A: '2' })]);
    const [dirty] = comparisonsOf([run({ A: '1' }), run({ A: '2' }, { invariants: [violated] })]);
    if (clean === undefined || dirty === undefined) throw new Error('both are comparisons');
    expect(comparedFigures(clean).map(({ id }) => id)).not.toContain('violations');
    expect(comparedFigures(dirty).find(({ id }) => id === 'violations')?.subject).toBe('over-issue');
  });
});

describe('the difference of two ranges', () => {
  it('is none that can be told when they overlap or touch', () => {
    expect(separation({ min: 1, max: 3, repeats: 2 }, { min: 3, max: 4, repeats: 2 }).apart).toBe(false);
    expect(separation({ min: 1, max: 3, repeats: 2 }, { min: 4, max: 5, repeats: 2 }).apart).toBe(true);
    expect(separation({ min: 4, max: 5, repeats: 2 }, { min: 1, max: 3, repeats: 2 }).apart).toBe(true);
  });

  it('comes with how often chance alone sets so many values apart', () => {
    const chance = (n: number) => separation({ min: 1, max: 1, repeats: n }, { min: 2, max: 2, repeats: n }).chance;
    expect(chance(1)).toBeCloseTo(1);
    expect(chance(2)).toBeCloseTo(1 / 3);
    expect(chance(4)).toBeCloseTo(2 / 70);
  });

  it('is not made from a range that lacks a value', () => {
    expect(rangeOf([1, null])).toBeNull();
    expect(rangeOf([])).toBeNull();
    expect(rangeOf([2, 1])).toEqual({ min: 1, max: 2, repeats: 2 });
  });
});

it('the report shows the range of each variant and no winner where they overlap', () => {
  const report = (rates: readonly [number, number, number, number]) =>
    render(
      rates.map((rate, index) => withRate(rate, index % 3 === 0 ? 'lua' : 'lock')),
      'ko',
      'md',
    );
  const apart = report([500, 400, 410, 510]);
  expect(apart).toContain('500.00 TPS – 510.00 TPS');
  expect(apart).toMatch(/초당 처리 건수.*범위가 겹치지 않음/);
  expect(report([500, 505, 410, 510])).toMatch(/초당 처리 건수.*범위가 겹침/);
  // Apart by less than is shown.
  expect(report([500.001, 500.003, 500.004, 500.002])).toMatch(/초당 처리 건수.*범위가 겹침/);
});
