import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessDrill } from '../../../src/assess/assess-drill.ts';
import { loadBegin, plannedLoad, plannedSurge } from '../../../src/assess/planned-load.ts';
import type { Assessment } from '../../../src/record/drill.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, builtRecord, loadStart } from '../judge/built-run.ts';
import { builtDrill, rules } from './built-drill.ts';
import { type BuiltSurge, surgeBegin, surgeLines, surgeScenario, usualMs } from './built-surge.ts';

const eightfold: BuiltSurge = { rate: 60, factor: 8, surgeMs: 4_000, beganMs: 380 };

function assessed(surge: BuiltSurge, { lag }: { lag?: (sinceSurgeMs: number) => number } = {}): Assessment {
  const begin = surgeBegin(surge);
  const end = begin + surge.surgeMs;
  const loadEnd = end + usualMs;
  const key = 'redis_stream_lag{group:coupon-writer,stream:coupon:issued}';
  const seconds = Math.floor((loadEnd - loadStart) / 1_000);
  const readings = Array.from({ length: lag === undefined ? 0 : seconds }, (_, second): SeriesLine => {
    const t = loadStart + second * 1_000;
    const value = Math.round(lag?.(t - begin) ?? 0);
    return { kind: 'sample', t, probe: 'redis', tookMs: 1, outcome: 'ok', values: { [key]: value } };
  });
  const injection = { ...builtDrill().injection, startedAt: begin, injectedAt: begin, revertedAt: end };
  const { detection } = builtDrill();
  return assessDrill({
    record: builtRecord({
      scenario: surgeScenario(surge),
      load: builtLoad({ startedAt: loadStart, endedAt: loadEnd }),
      drain: { drained: true, tookMs: 100, limitMs: 60_000, left: lag === undefined ? {} : { [key]: 0 } },
      drill: builtDrill({
        fault: 'memory-surge',
        failure: 'surge',
        // What a mitigation keeps from everybody's eyes is no doubt.
        mitigation: 'load-shedding',
        phases: [
          { name: 'baseline', startedAt: loadStart + 1_000, endedAt: begin - 1_000 },
          { name: 'inject', startedAt: begin - 1_000, endedAt: begin },
          { name: 'hold', startedAt: begin, endedAt: end },
          { name: 'recover', startedAt: end, endedAt: loadEnd },
        ],
        injection: { revertedBy: 'order', maxMs: 60_000, facts: {}, undone: [], error: null, ...injection },
        detection: detection === null ? null : { ...detection, readyAt: loadStart + 15_000 },
      }),
    }),
    series: indexSeries([...surgeLines(surge), ...readings]),
    rules,
  });
}

describe('a planned surge', () => {
  it('is where most arrive, by the scenarios of k6', () => {
    expect(plannedSurge(surgeScenario(eightfold))).toEqual({
      fromMs: usualMs,
      toMs: usualMs + 4_000,
      perSecond: 480,
      usualPerSecond: 60,
    });
    expect(plannedSurge(null)).toBeNull();
    expect(plannedSurge(surgeScenario({ ...eightfold, factor: 1 }))).toBeNull();
  });

  it('is found on the clock of the exports to some milliseconds, wherever in their second k6 began', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 20, max: 500 }), (beganMs, rate) => {
        const found = loadBegin(surgeLines({ ...eightfold, rate, beganMs }), rate) ?? 0;
        expect(Math.abs(found - loadStart - beganMs)).toBeLessThan(60);
      }),
      { numRuns: 30 },
    );
  });

  it('counts in the seconds that lie in it, those at its edges as the least that came there', () => {
    const { least, most } = plannedLoad(surgeScenario(eightfold), surgeLines(eightfold));
    const begin = surgeBegin(eightfold);
    expect(least(begin - 3_000, begin - 2_000)).toBe(1);
    expect(least(begin - 100, begin + 900)).toBe(1);
    expect(most(begin - 100, begin + 900)).toBe(8);
    expect(least(begin + 500, begin + 1_500)).toBe(8);
    expect(least(begin + 4_500, begin + 5_500)).toBe(1);
    expect(most(begin + 4_500, begin + 5_500)).toBe(1);
  });
});

describe('a surge that the service takes', () => {
  it('is no impact, whatever its rate, length and moment, and neither is the return to what is usual', () => {
    fc.assert(
      fc.property(
        fc.record({
          rate: fc.integer({ min: 20, max: 150 }),
          factor: fc.integer({ min: 2, max: 12 }),
          surgeMs: fc.integer({ min: 1_000, max: 12_000 }),
          beganMs: fc.integer({ min: 0, max: 999 }),
          seed: fc.integer({ min: 1, max: 1_000 }),
        }),
        (surge) => {
          const { doubts, moments, level, damage } = assessed(surge);
          expect(doubts).toEqual([]);
          expect(moments).toMatchObject({ impactAt: null, restoredAt: null });
          expect(level).toBe('absorbed');
          expect(damage).toMatchObject({ offered: 0, lost: 0 });
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });

  it('may have as many times the backlog, as long as nothing waits longer', () => {
    const withBacklog = (perArrival: number) =>
      assessed(eightfold, { lag: (since) => (since >= 0 && since < 4_500 ? 8 * perArrival : perArrival) });
    expect(withBacklog(30)).toMatchObject({ impactBy: null, level: 'absorbed' });
    const growing = assessed(eightfold, { lag: (since) => (since < 0 ? 30 : 30 + since / 5) });
    expect(growing.impactBy).toBe('backlog');
  });
});

describe('a surge that the service does not take', () => {
  const inSurge = (since: number) => since >= 0 && since < eightfold.surgeMs;

  it.each<[string, NonNullable<BuiltSurge['answer']>]>([
    ['refuses half of it', (since, ms, nth) => ({ ms, status: inSurge(since) && nth % 2 === 0 ? 503 : 201 })],
    ['answers it later and later', (since, ms) => ({ ms: inSurge(since) ? ms + since / 2 : ms, status: 201 })],
    // As many good answers a second as before it: only what was planned says that seven in eight are missing.
    ['never answers seven in eight', (since, ms, nth) => ({ ms, status: inSurge(since) && nth % 8 !== 0 ? 0 : 201 })],
    ['is gone', (since, ms) => ({ ms, status: inSurge(since) ? 0 : 201 })],
  ])('%s: the impact lies in it, and what is usual is restored behind it', (_, answer) => {
    const { moments } = assessed({ ...eightfold, answer });
    const begin = surgeBegin(eightfold);
    expect(moments.impactAt).toBeGreaterThanOrEqual(begin);
    expect(moments.impactAt).toBeLessThan(begin + 2_000);
    expect(moments.restoredAt).toBeGreaterThan(begin + 3_000);
    expect(moments.restoredAt).toBeLessThan(begin + 9_000);
  });

  it('is an impact as well when answers are missing only behind it', () => {
    const answer: BuiltSurge['answer'] = (since, ms, nth) => ({ ms, status: since > 6_000 && nth % 3 === 0 ? 0 : 201 });
    expect(assessed({ ...eightfold, answer }).moments.impactAt).toBeGreaterThan(surgeBegin(eightfold) + 5_000);
  });
});

describe('a surge that never came', () => {
  it('makes the drill one that cannot be trusted', () => {
    const inSurge = (since: number) => since >= 0 && since < eightfold.surgeMs;
    const { doubts, level } = assessed({
      ...eightfold,
      answer: (since, ms, nth) => ({ ms, status: inSurge(since) && nth % 8 !== 0 ? 0 : 201 }),
    });
    expect(doubts).toMatchObject([{ id: 'not-surged', values: { planned: 1_680 } }]);
    expect(level).toBe('undetermined');
  });
});
