import { describe, expect, it } from 'vitest';
import { steadyState } from '../../../src/analyze/steady-state.ts';
import type { Scenario } from '../../../src/record/run-record.ts';
import type { Series } from '../../../src/record/series-index.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { type BuiltSecond, builtLoadSeries, builtScenario, usual } from './built-seconds.ts';
import { spoken } from './spoken.ts';

const closed = { s: { executor: 'constant-vus', vus: 100, duration: '10m' } };

function found(series: Series, scenario: Scenario | null = builtScenario({}, closed)) {
  return spoken(steadyState.analyze({ load: builtLoad({ endedAt: loadStart + 700_000 }), scenario, series }));
}

const run = (second: (second: number) => BuiltSecond, length = 60) => found(builtLoadSeries(second, { length }));

describe('a steady state', () => {
  it('from the beginning has no warm-up', () => {
    const finding = run((second) => ({ answers: usual(second) }));
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'steady' } });
    expect(finding.detail.usualPerSecond).toBeCloseTo(100, -1);
  });

  it('after a beginning with few answers is found with its first second', () => {
    const finding = run((second) => ({ answers: usual(second, second < 8 ? 40 : 100) }));
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'warm-up' } });
    expect(finding.detail.settledSeconds).toBeGreaterThanOrEqual(7);
    expect(finding.detail.settledSeconds).toBeLessThanOrEqual(9);
  });

  it('after a beginning with slow answers, too', () => {
    const finding = run((second) => ({ answers: usual(second, 100, second < 10 ? 50 : 5) }));
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'warm-up' } });
    expect(finding.detail.settledSeconds).toBeGreaterThanOrEqual(9);
  });

  it('is not disturbed by a pause every twenty seconds', () => {
    const finding = run((second) => ({ answers: second % 20 === 10 ? [] : usual(second) }));
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'steady' } });
  });

  it('is judged by throughput alone where other work begins on the way', () => {
    const soldOut = (second: number) => usual(second, 100, 2).map((answer) => ({ ...answer, status: 410 }));
    const finding = run((second) => ({ answers: second < 30 ? usual(second, 100, 40) : soldOut(second) }));
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'mix-changes' } });
  });

  it('is judged by throughput alone where a second has too few answers for a p95', () => {
    const finding = run((second) => ({ answers: usual(second, 8, second < 20 ? 50 : 5) }));
    expect(finding).toMatchObject({ outcome: 'ok' });
  });

  it('ends where counted iterations run out', () => {
    const scenario = builtScenario({}, { s: { executor: 'per-vu-iterations', vus: 100, iterations: 60 } });
    const series = builtLoadSeries((second) => ({
      answers: usual(second, second < 40 ? 100 : 70 - second),
      vus: second < 40 ? 100 : 70 - second,
    }));
    expect(found(series, scenario)).toMatchObject({ outcome: 'ok', detail: { rule: 'steady' } });
  });
});

describe('no steady state', () => {
  it('is one that has not begun in half of the load', () => {
    const finding = run((second) => ({ answers: usual(second, second < 40 ? 20 + 2 * second : 100) }));
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'unsettled' } });
  });

  it('is a p95 that comes down in the second half only', () => {
    const finding = run((second) => ({ answers: usual(second, 100, second < 40 ? 30 : 6) }));
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'unsettled-latency' } });
    expect(run((second) => ({ answers: usual(second, 100, second < 40 ? 1.2 : 0.6) })).outcome).toBe('ok');
  });

  it('is a throughput that falls all the time', () => {
    const finding = run((second) => ({ answers: usual(second, 200 - 2 * second) }));
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'medium', detail: { rule: 'throughput-falls' } });
    expect(finding.detail.lastPerSecond).toBeLessThan(Number(finding.detail.firstPerSecond));
  });

  it('is a p95 that rises all the time, while a closed load hides it in its throughput', () => {
    const finding = run((second) => ({ answers: usual(second, 100, 10 + second / 2) }));
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'medium', detail: { rule: 'latency-rises' } });
  });

  it('but not a rise of a fraction of a millisecond', () => {
    expect(run((second) => ({ answers: usual(second, 100, 0.5 + second / 120) })).outcome).toBe('ok');
  });

  it('nor answers that are slow now and then', () => {
    expect(run((second) => ({ answers: usual(second, 100, second % 7 < 2 ? 20 : 8) })).outcome).toBe('ok');
  });
});

describe('does not judge', () => {
  const steady = (length: number) => builtLoadSeries((second) => ({ answers: usual(second) }), { length });

  it.each<[string, Record<string, unknown>]>([
    ['stages', { s: { executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '60s', target: 100 }] } }],
    [
      'steps',
      {
        a: { executor: 'constant-arrival-rate', rate: 100, duration: '30s' },
        b: { executor: 'constant-arrival-rate', rate: 200, duration: '30s', startTime: '30s' },
      },
    ],
    [
      'scenarios of which one begins later',
      {
        a: { executor: 'constant-vus', vus: 10, duration: '60s' },
        b: { executor: 'constant-vus', vus: 10, duration: '30s', startTime: '20s' },
      },
    ],
  ])('a load in %s', (_, options) => {
    const finding = found(steady(60), builtScenario({}, options));
    expect(finding).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'several-levels' } });
  });

  it('but stages that all stay at one level', () => {
    const flat = { s: { executor: 'ramping-vus', startVUs: 100, stages: [{ duration: '10m', target: 100 }] } };
    expect(found(steady(60), builtScenario({}, flat))).toMatchObject({ outcome: 'ok' });
  });

  it('a few seconds, or none, or seconds without a request', () => {
    expect(found(steady(25))).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'too-short' } });
    expect(found(steady(0))).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'no-requests' } });
    const empty = run(() => ({ answers: [] }));
    expect(empty).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'no-requests' } });
  });
});
