import { describe, expect, it } from 'vitest';
import { baselineOf, baselineSeconds } from '../../../src/assess/baseline.ts';
import { type GoodSecond, goodSeconds } from '../../../src/assess/good-second.ts';
import { type BuiltSecond, exportBegin, exportLine, usual } from '../analyze/built-seconds.ts';
import { loadStart } from '../judge/built-run.ts';
import { builtDrill, injectedAt, usually } from './built-drill.ts';

function seconds(second: (second: number) => BuiltSecond): GoodSecond[] {
  const load = Array.from({ length: 60 }, (_, index) => exportLine(index + 1, second(index + 1)));
  return [...goodSeconds({ load }, []).whole];
}

const steady = seconds((second) => ({ answers: usually(second) }));

describe('a baseline', () => {
  it('has the seconds of its phase without the first two, up to the injection', () => {
    const found = baselineSeconds(builtDrill(), steady);
    expect(found[0]?.from).toBe(exportBegin(3));
    expect(found.at(-1)?.to).toBeLessThanOrEqual(injectedAt);
    expect(found).toHaveLength(27);
    expect(baselineOf(found)).toMatchObject({ goodput: 100, offeredPerSecond: 100, goodShare: 1 });
    expect(baselineOf(found)?.p95Ms).toBeCloseTo(8.2, 0);
  });

  it('that begins with the load leaves its ramp out', () => {
    const ramp = seconds((second) => ({ answers: usual(second, Math.min(100, 10 * second)) }));
    const found = baselineSeconds(builtDrill(), ramp);
    expect(found[0]?.offered).toBeGreaterThan(80);
    expect(found[0]?.from).toBeGreaterThanOrEqual(exportBegin(9));
  });

  it('that begins later keeps a dip that it begins with', () => {
    const phases = [{ name: 'baseline' as const, startedAt: loadStart + 10_000, endedAt: injectedAt - 200 }];
    const dip = seconds((second) => ({ answers: second === 13 ? [] : usually(second) }));
    expect(baselineSeconds(builtDrill({ phases }), dip)[0]?.offered).toBe(0);
  });

  it('has the share of what was good, and of what was dropped', () => {
    const bad = seconds((second) => ({ answers: usually(second, { rate: 96 }), dropped: 4 }));
    expect(baselineOf(baselineSeconds(builtDrill(), bad))?.goodShare).toBe(0.96);
  });

  it('is none of fewer than five seconds, of an idle load, or without its phase', () => {
    expect(baselineOf(steady.slice(0, 4))).toBeNull();
    expect(baselineOf(seconds(() => ({ answers: [] })))).toBeNull();
    expect(baselineSeconds(builtDrill({ phases: [] }), steady)).toEqual([]);
    expect(baselineSeconds(builtDrill(), [])).toEqual([]);
  });
});
