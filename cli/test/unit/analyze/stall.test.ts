import { describe, expect, it } from 'vitest';
import { stall } from '../../../src/analyze/stall.ts';
import type { Load, Scenario } from '../../../src/record/run-record.ts';
import type { Series } from '../../../src/record/series-index.ts';
import { builtLoad, loadEnd } from '../judge/built-run.ts';
import { type BuiltSecond, builtLoadSeries, builtScenario, exportBegin, usual } from './built-seconds.ts';
import { spoken } from './spoken.ts';

const closed = { s: { executor: 'constant-vus', vus: 100, duration: '60s' } };

function found(series: Series, scenario: Scenario | null = builtScenario({}, closed), changes: Partial<Load> = {}) {
  return spoken(stall.analyze({ load: builtLoad({ endedAt: loadEnd + 2_000, ...changes }), scenario, series }));
}

/** A pause of two seconds: half a second of each second beside it, and all of the one between. */
function pausedAt(starts: readonly number[], second: number, rate = 100): BuiltSecond {
  if (starts.includes(second)) return { answers: usual(second, rate / 2) };
  if (starts.includes(second - 1)) return { answers: [] };
  if (starts.includes(second - 2)) {
    return { answers: [...usual(second, rate / 2), ...Array.from({ length: 30 }, () => ({ ms: 2_000 }))] };
  }
  return { answers: usual(second, rate) };
}

describe('a service that stands still', () => {
  it('for two seconds every twenty is found with its period', () => {
    const finding = found(builtLoadSeries((second) => pausedAt([10, 30, 50], second)));
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'high' });
    expect(finding.detail).toMatchObject({ rule: 'periodic', pauses: 3, periodSeconds: 20, longestSeconds: 2 });
    expect(finding.detail.firstAt).toBe(exportBegin(11));
    expect(finding.evidence[0]).toMatchObject({ metric: 'http_reqs', value: 0, from: exportBegin(11) });
    expect(finding.ruledOut).toMatchObject([{ id: 'generator-silent' }]);
  });

  it('at no fixed distance has no period', () => {
    const finding = found(builtLoadSeries((second) => pausedAt([5, 15, 50], second)));
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'pauses', pauses: 3 } });
    expect(finding.detail.periodSeconds).toBeUndefined();
  });

  it('once is one pause', () => {
    const finding = found(builtLoadSeries((second) => pausedAt([20], second)));
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'pause' } });
  });

  it('to the very end is known by the iterations that were cut', () => {
    const series = builtLoadSeries((second) => ({ answers: second < 40 ? usual(second) : [] }));
    const iterations = { complete: 4_000, interrupted: 100 };
    expect(found(series, undefined, { iterations })).toMatchObject({ outcome: 'problem', confidence: 'medium' });
  });

  it('in an open load is known by the arrivals that were dropped, and in its own figures', () => {
    const still = (second: number) => second >= 20 && second < 25;
    const inFlight = { 'http_requests_in_flight{process:api}': () => 50 };
    const answers = (second: number) => (still(second) ? [] : usual(second));
    const dropping = builtLoadSeries((second) => ({ answers: answers(second), dropped: still(second) ? 90 : 0 }));
    const flying = builtLoadSeries((second) => ({ answers: answers(second) }), { curves: inFlight });
    for (const series of [dropping, flying]) {
      expect(found(series)).toMatchObject({ outcome: 'problem', detail: { rule: 'pause' } });
    }
  });

  it('at ten requests a second is found where twenty answers should have come', () => {
    const still = (second: number) => second >= 20 && second < 26;
    const series = builtLoadSeries((second) => ({
      answers: still(second) ? [] : [...usual(second, 10), ...(second === 26 ? [{ ms: 6_000 }] : [])],
    }));
    expect(found(series)).toMatchObject({ outcome: 'problem', detail: { longestSeconds: 6 } });
  });
});

describe('nothing stands still', () => {
  it('in a steady load with the jitter of its exports', () => {
    expect(found(builtLoadSeries((second) => ({ answers: usual(second) })))).toMatchObject({
      outcome: 'ok',
      detail: { rule: 'none' },
    });
  });

  it('where users that sleep in step leave seconds empty: nobody waited for an answer', () => {
    const series = builtLoadSeries((second) => ({ answers: second % 2 === 0 ? usual(second, 200) : [] }));
    const often = builtLoadSeries((second) => ({ answers: second % 3 === 0 ? [] : usual(second, 200) }));
    expect(found(series).outcome).not.toBe('problem');
    const finding = found(often);
    expect(finding).toMatchObject({ outcome: 'ok', ruledOut: [{ id: 'idle-seconds' }] });
  });

  it('in a slow server that goes on answering', () => {
    const series = builtLoadSeries((second) => ({ answers: usual(second, second < 30 ? 100 : 60, 400) }));
    expect(found(series)).toMatchObject({ outcome: 'ok' });
  });

  it('when a spike ends and the load falls to a tenth', () => {
    const step = (name: string, rate: number, start: number, length: number) => ({
      [name]: { executor: 'constant-arrival-rate', rate, startTime: `${start}s`, duration: `${length}s` },
    });
    const options = { ...step('a', 100, 0, 20), ...step('b', 1_000, 20, 20), ...step('c', 100, 40, 20) };
    const series = builtLoadSeries((second) => ({
      answers: [...usual(second, second >= 20 && second < 40 ? 1_000 : 100), { ms: 900 }],
    }));
    expect(found(series, builtScenario({ model: 'open' }, options))).toMatchObject({ outcome: 'ok' });
  });

  it('in the seconds after the load, in which k6 waits for what it has begun', () => {
    const series = builtLoadSeries((second) => ({ answers: second < 60 ? usual(second) : [{ ms: 1_500 }] }), {
      length: 64,
    });
    expect(found(series, undefined, { endedAt: loadEnd + 6_000 })).toMatchObject({ outcome: 'ok' });
  });
});

describe('does not say what cannot be known', () => {
  it.each([
    ['there is no export', 0, 0, 'no-requests'],
    ['nothing was asked', 60, 0, 'no-requests'],
    ['there is one second', 2, 100, 'too-short'],
    ['the load lasted nine seconds', 10, 100, 'too-short'],
  ])('where %s', (_, length, rate, rule) => {
    const series = builtLoadSeries((second) => ({ answers: usual(second, rate) }), { length });
    expect(found(series)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });

  it('where an answer comes every few seconds', () => {
    const series = builtLoadSeries((second) => ({ answers: second % 4 === 0 ? [{ ms: 4_000 }] : [] }));
    expect(found(series)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'too-few' } });
  });
});
