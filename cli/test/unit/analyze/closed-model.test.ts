import { describe, expect, it } from 'vitest';
import { closedModel } from '../../../src/analyze/closed-model.ts';
import type { Load, Scenario } from '../../../src/record/run-record.ts';
import type { Series } from '../../../src/record/series-index.ts';
import { builtLoad, loadEnd } from '../judge/built-run.ts';
import { builtLoadSeries, builtScenario, exportBegin, usual } from './built-seconds.ts';
import { spoken } from './spoken.ts';

const closed = builtScenario({ model: 'closed' }, { s: { executor: 'constant-vus', vus: 100, duration: '60s' } });
const open = builtScenario(
  { model: 'open' },
  { s: { executor: 'constant-arrival-rate', rate: 100, duration: '60s', maxVUs: 200 } },
);
const steady = builtLoadSeries((second) => ({ answers: usual(second) }));

function found(series: Series, scenario: Scenario | null, changes: Partial<Load> = {}) {
  return spoken(closedModel.analyze({ load: builtLoad({ endedAt: loadEnd + 2_000, ...changes }), scenario, series }));
}

describe('a closed load', () => {
  it('hides the delay of a server that got slow, and says how much was not asked', () => {
    const isSlow = (second: number) => second >= 30 && second < 40;
    const series = builtLoadSeries((second) => ({
      answers: usual(second, isSlow(second) ? 20 : 100, isSlow(second) ? 4_000 : 5),
    }));
    const finding = found(series, closed);
    expect(finding).toMatchObject({
      outcome: 'problem',
      confidence: 'medium',
      detail: { rule: 'hidden', slowSeconds: 10 },
      surer: [{ id: 'open-model' }],
    });
    expect(finding.detail.lowestPerSecond).toBeLessThan(22);
    expect(finding.detail.missingCount).toBeGreaterThan(700);
    expect(finding.detail.missingCount).toBeLessThan(900);
    expect(finding.evidence[0]).toMatchObject({ from: exportBegin(30), to: exportBegin(40) });
  });

  it('hides nothing where the server was quick', () => {
    expect(found(steady, closed)).toMatchObject({ outcome: 'ok', detail: { rule: 'closed', users: 100 } });
  });

  it('hides nothing where users were asleep', () => {
    const series = builtLoadSeries((second) => ({ answers: usual(second, second % 10 < 2 ? 20 : 100) }));
    expect(found(series, closed)).toMatchObject({ outcome: 'ok' });
  });

  it('beside an open one is judged as well', () => {
    expect(found(steady, { ...closed, model: 'mixed' })).toMatchObject({ outcome: 'ok', detail: { rule: 'mixed' } });
  });
});

describe('an open load', () => {
  it('that dropped iterations says how many, and since when', () => {
    const series = builtLoadSeries((second) => ({ answers: usual(second), dropped: second >= 20 ? 5 : 0 }));
    const changes = { summary: { dropped_iterations: { count: 200, rate: 3 } } };
    const finding = found(series, open, { ...changes, iterations: { complete: 5_800, interrupted: 0 } });
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'high', detail: { rule: 'dropped' } });
    expect(finding.detail).toMatchObject({ droppedCount: 200, firstAt: exportBegin(20) });
    expect(finding.detail.droppedShare).toBeCloseTo(200 / 6_000);
    expect(found(series, open, { summary: null }).detail.droppedCount).toBe(200);
  });

  it('that started all of them is ok, also where the server was slow', () => {
    expect(found(steady, open)).toMatchObject({ outcome: 'ok', detail: { rule: 'open' } });
    const slow = builtLoadSeries((second) => ({ answers: usual(second, 100, second < 30 ? 5 : 3_000) }));
    expect(found(slow, open)).toMatchObject({ outcome: 'ok', detail: { rule: 'open' } });
  });
});

describe('does not judge', () => {
  it.each([
    ['a run without a scenario', found(steady, null), 'no-scenario'],
    [
      'a run that left nothing',
      found(
        builtLoadSeries(() => ({ answers: [] }), { length: 0 }),
        open,
        { summary: null },
      ),
      'no-requests',
    ],
    [
      'a closed load without an export',
      found(
        builtLoadSeries(() => ({ answers: [] }), { length: 0 }),
        closed,
      ),
      'no-requests',
    ],
    [
      'a closed load of a few seconds',
      found(
        builtLoadSeries((second) => ({ answers: usual(second) }), { length: 5 }),
        closed,
      ),
      'too-short',
    ],
  ])('%s', (_, finding, rule) => {
    expect(finding).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });
});
