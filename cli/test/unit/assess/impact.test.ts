import { describe, expect, it } from 'vitest';
import { findImpact } from '../../../src/assess/impact.ts';
import type { BuiltSecond } from '../analyze/built-seconds.ts';
import { type BuiltCourse, builtCourse, type Noise, noisy } from './built-course.ts';

/** Number of the second in which the impact begins; null for none. The baseline are seconds 0 to 27. */
function impactIn({ seconds, tolerance, fault }: BuiltCourse): number | null {
  const found = findImpact(seconds, tolerance, fault);
  return found === null ? null : seconds.indexOf(found);
}

const calm = (second: number): BuiltSecond => ({ answers: noisy(second, { seed: 1 }) });
const errors = (count: number) => Array.from({ length: count }, () => ({ ms: 5, status: 503 }));
const during = (from: number, to: number, broken: (second: number) => BuiltSecond) =>
  builtCourse((second) => (second >= from && second < to ? broken(second) : calm(second)));

describe('an impact', () => {
  it('is none in a load that stays as it was', () => {
    expect(impactIn(builtCourse(calm))).toBeNull();
  });

  it.each<[string, (second: number) => BuiltSecond]>([
    ['errors', (second) => ({ answers: [...noisy(second, { seed: 2, rate: 95 }), ...errors(5)] })],
    ['dropped arrivals', (second) => ({ answers: noisy(second, { seed: 2, rate: 95 }), dropped: 5 })],
    ['answers that do not come', (second) => ({ answers: noisy(second, { seed: 2, rate: 70 }) })],
    ['slow answers', (second) => ({ answers: noisy(second, { seed: 2 }).map(({ ms }) => ({ ms: 3 * ms })) })],
    ['an outage', () => ({ answers: [] })],
  ])('by %s begins with its first second', (_, broken) => {
    expect(impactIn(during(40, 60, broken))).toBe(40);
    expect(impactIn(during(40, 43, broken))).toBe(40);
  });

  it('is not one bad second alone', () => {
    expect(
      impactIn(during(40, 41, () => ({ answers: [...noisy(40, { seed: 1, rate: 95 }), ...errors(3)] }))),
    ).toBeNull();
    const slow = () => ({ answers: noisy(40, { seed: 1 }).map(({ ms }) => ({ ms: 3 * ms })) });
    expect(impactIn(during(40, 41, slow))).toBeNull();
  });

  it('is one second by itself where it is gross', () => {
    expect(impactIn(during(40, 41, () => ({ answers: [...noisy(40, { seed: 1, rate: 80 }), ...errors(20)] })))).toBe(
      40,
    );
    expect(impactIn(during(40, 41, () => ({ answers: noisy(40, { seed: 1, rate: 30 }) })))).toBe(40);
    const stall = () => ({ answers: noisy(40, { seed: 1 }).map(({ ms }) => ({ ms: ms + 400 })) });
    expect(impactIn(during(40, 41, stall))).toBe(40);
  });

  it('is not one second by itself, however gross, when the fault is over', () => {
    const { seconds, tolerance, fault } = during(60, 61, () => ({ answers: [] }));
    expect(findImpact(seconds, tolerance, { ...fault, to: seconds[59]?.to ?? 0 })).toBeNull();
    expect(findImpact(seconds, tolerance, { ...fault, to: (seconds[60]?.from ?? 0) + 1 })).toBe(seconds[60]);
  });

  it('is not what is slower by a few milliseconds', () => {
    const fast = (second: number) => ({ answers: noisy(second, { seed: 1 }).map(({ ms }) => ({ ms: ms / 10 })) });
    const slower = (second: number) => ({ answers: noisy(second, { seed: 1 }).map(({ ms }) => ({ ms: ms / 3 })) });
    expect(impactIn(builtCourse((second) => (second < 40 ? fast(second) : slower(second))))).toBeNull();
  });

  it('may lie in every other second', () => {
    const flapping = (second: number) =>
      second % 2 === 0 ? { answers: [...noisy(second, { seed: 1, rate: 95 }), ...errors(5)] } : calm(second);
    expect(impactIn(during(40, 60, flapping))).toBe(40);
  });

  it('is looked for from the second on that holds the injection', () => {
    const { seconds, tolerance, fault } = during(40, 60, () => ({ answers: [] }));
    const from = seconds[40]?.from ?? 0;
    expect(findImpact(seconds, tolerance, { ...fault, from: from + 300 })).toBe(seconds[40]);
    expect(findImpact(seconds, tolerance, { ...fault, from: from + 1_000 })).toBe(seconds[41]);
  });
});

/** Machines that jitter in ways of their own, each with twenty seeds, and how many of them may be mistaken. */
const machines: ReadonlyArray<[string, Omit<Noise, 'seed'>, number]> = [
  ['lumpy exports', { jitter: 0.1 }, 1],
  ['a long tail', { spread: 0.9 }, 1],
  ['one error in five hundred', { errors: 0.002 }, 1],
  ['one slow second in twenty', { slow: 0.05 }, 2],
  ['five requests a second', { rate: 5, jitter: 0.2, spread: 0.8 }, 2],
  ['all of it', { rate: 40, jitter: 0.1, spread: 0.7, errors: 0.002, slow: 0.05 }, 3],
];
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe.each(machines)('a baseline with %s', (_, noise, mistaken) => {
  const course = (seed: number, outageAt: number | null) =>
    builtCourse((second) => {
      const isOut = outageAt !== null && second >= outageAt && second < outageAt + 15;
      return isOut ? { answers: [], dropped: noise.rate ?? 100 } : { answers: noisy(second, { seed, ...noise }) };
    });

  it('is hardly ever taken for an impact', () => {
    const found = seeds.map((seed) => impactIn(course(seed, null))).filter((second) => second !== null);
    // A minute each.
    expect(found.length).toBeLessThanOrEqual(mistaken);
  });

  it('does not hide the begin of an outage, but for a bad second of its own just before it', () => {
    const found = seeds.map((seed) => impactIn(course(seed, 60)));
    const isNear = (second: number | null) => second === 59 || second === 60;
    expect(found.filter(isNear).length).toBeGreaterThanOrEqual(seeds.length - mistaken);
    expect(found.filter((second) => second === 60).length).toBeGreaterThan(0.7 * seeds.length);
  });
});
