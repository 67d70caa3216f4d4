import { describe, expect, it } from 'vitest';
import { answerTally } from '../../../src/invariants/answers.ts';
import {
  blamedOnTheRun,
  type CheckResult,
  counted,
  countedAgainstAnswers,
  countedWithAbsent,
  isSettled,
  undetermined,
} from '../../../src/invariants/check.ts';
import type { LoadLine } from '../../../src/record/series.ts';

function line(counters: Record<string, number>): LoadLine {
  return { kind: 'load', t: 1, from: 0, instance: 0, counters, gauges: {}, histograms: {} };
}

function answered(acknowledged: number, unknown: number) {
  const answers = answerTally();
  answers.add(line({ 'http_reqs{name:order,status:201}': acknowledged, 'http_reqs{name:order,status:0}': unknown }));
  return answers;
}

describe('what the client knows', () => {
  it('sums 201 as acknowledged, timeouts and 5xx as unknown, and leaves rejections out', () => {
    const answers = answerTally();
    answers.add(line({ 'http_reqs{method:POST,name:order,status:201}': 3, 'http_reqs{name:order,status:409}': 5 }));
    answers.add(line({ 'http_reqs{name:order,scenario:x,status:201}': 4, 'http_reqs{name:order,status:503}': 1 }));
    answers.add(line({ 'http_reqs{name:order,status:0}': 2, 'http_reqs{name:order,status:200}': 9, iterations: 20 }));
    answers.add(line({ 'http_reqs{name:other,status:201}': 100 }));
    expect(answers.of('order')).toEqual({ acknowledged: 7, unknown: 3 });
    expect(answers.of('never called')).toEqual({ acknowledged: 0, unknown: 0 });
  });
});

describe('rows against answers', () => {
  const count = (
    rows: number,
    interrupted: number | null,
    { settled = true, before = null }: { settled?: boolean; before?: CheckResult | null } = {},
  ) => countedAgainstAnswers(['rows'], 'order', { answers: answered(100, 3), before, interrupted, settled }, { rows });

  it('hold from the acknowledged up to those that may have been done', () => {
    expect([100, 103, 105].map((rows) => count(rows, 2).outcome)).toEqual(['held', 'held', 'held']);
  });

  it('lose what was acknowledged and is absent', () => {
    expect(count(98, 2)).toMatchObject({
      outcome: 'violated',
      violations: 2,
      evidence: { lost: 2, acknowledged: 100 },
    });
  });

  it('have a surplus beyond what anybody asked for', () => {
    expect(count(107, 2)).toMatchObject({ outcome: 'violated', violations: 2, evidence: { surplus: 2 } });
  });

  it('are undetermined when k6 did not say how many iterations were cut', () => {
    expect(count(104, null)).toMatchObject({ outcome: 'undetermined', reason: 'in-flight-unknown', violations: null });
    expect(count(103, null).outcome).toBe('held');
    expect(count(99, null).outcome).toBe('violated');
  });

  it('may be late before the drain', () => {
    expect(count(98, 2, { settled: false })).toMatchObject({
      outcome: 'undetermined',
      reason: 'late',
      evidence: { lost: 2 },
    });
    expect(count(107, 2, { settled: false }).outcome).toBe('violated');
  });

  it('leave out what was there before the load', () => {
    const before = counted(0, { rows: 1_000 });
    expect(count(1_100, 2, { before })).toMatchObject({ outcome: 'held', evidence: { rows: 1_100, before: 1_000 } });
    expect(count(1_098, 2, { before })).toMatchObject({ outcome: 'violated', violations: 2, evidence: { lost: 2 } });
  });

  it('blame nobody for a surplus in stores that others may write to', () => {
    const before = counted(0, { rows: 1_000 });
    expect(count(1_107, 2, { before })).toMatchObject({
      outcome: 'undetermined',
      reason: 'surplus-of-others',
      evidence: { surplus: 2 },
    });
  });

  it('are undetermined when nobody counted before the load', () => {
    const before = undetermined('no such table');
    expect(count(100, 2, { before })).toMatchObject({ outcome: 'undetermined', reason: 'before-unknown' });
  });
});

describe('absent records', () => {
  it('are missing after the drain, or when waiting took longer than the freshness limit', () => {
    const drain = { drained: false, tookMs: 20_000, limitMs: 20_000, left: {} };
    expect(isSettled({ ...drain, drained: true }, 60_000)).toBe(true);
    expect(isSettled(drain, 60_000)).toBe(false);
    expect(isSettled(drain, 20_000)).toBe(true);
  });

  it('do not hide what is wrong at any time', () => {
    expect(countedWithAbsent({ absent: 5, wrong: 2, settled: false }, {})).toMatchObject({
      outcome: 'violated',
      violations: 2,
    });
    expect(countedWithAbsent({ absent: 5, wrong: 2, settled: true }, {}).violations).toBe(7);
  });
});

describe('what was wrong before the load', () => {
  const violated = (violations: number): CheckResult => counted(violations, { rows: 9 });

  it('is not blamed on the run, and both figures are shown', () => {
    expect(blamedOnTheRun(violated(3), violated(2))).toEqual({
      outcome: 'undetermined',
      violations: null,
      reason: 'violated-before',
      evidence: { rows: 9, violationsBefore: 2, violationsAfter: 3 },
    });
  });

  it('is no excuse for what was right before', () => {
    expect(blamedOnTheRun(violated(3), violated(0))).toEqual(violated(3));
    expect(blamedOnTheRun(violated(3), null)).toEqual(violated(3));
  });

  it('may have been put right meanwhile', () => {
    expect(blamedOnTheRun(violated(0), violated(2)).outcome).toBe('held');
  });

  it('is not known when it could not be counted', () => {
    expect(blamedOnTheRun(violated(1), undetermined('timeout')).reason).toBe('before-unknown');
  });
});
