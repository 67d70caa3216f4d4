import { describe, expect, it } from 'vitest';
import { findImpact } from '../../../src/assess/impact.ts';
import { findRestoration } from '../../../src/assess/recovery.ts';
import type { BuiltSecond } from '../analyze/built-seconds.ts';
import { type BuiltCourse, builtCourse, noisy } from './built-course.ts';

function restoredIn({ seconds, tolerance, fault }: BuiltCourse): number | null {
  const impact = findImpact(seconds, tolerance, fault);
  if (impact === null) throw new Error('an impact');
  const found = findRestoration(seconds, tolerance, fault, impact);
  return found === null ? null : seconds.indexOf(found);
}

const calm = (second: number): BuiltSecond => ({ answers: noisy(second, { seed: 1 }) });
const out = (): BuiltSecond => ({ answers: [], dropped: 100 });
const course = (isOut: (second: number) => boolean) => builtCourse((second) => (isOut(second) ? out() : calm(second)));

describe('a restoration', () => {
  it('is the begin of ten good seconds in a row', () => {
    expect(restoredIn(course((second) => second >= 40 && second < 52))).toBe(52);
  });

  it('is not a breath in between', () => {
    expect(restoredIn(course((second) => second >= 40 && second < 60 && second !== 45 && second !== 46))).toBe(60);
  });

  it('is after the last crash of a loop, also where there were more than ten good seconds between two', () => {
    expect(restoredIn(course((second) => second >= 40 && second < 75 && second % 15 < 3))).toBe(63);
    expect(restoredIn(course((second) => [40, 41, 55, 56].includes(second)))).toBe(57);
  });

  it('is not put off by one second that is just bad, and is by two of them', () => {
    const blinks = (...bad: number[]) =>
      builtCourse((second) => {
        if (second >= 40 && second < 50) return out();
        const answers = noisy(second, { seed: 1 });
        return { answers: bad.includes(second) ? answers.map(({ ms }) => ({ ms: 2 * ms })) : answers };
      });
    expect(restoredIn(blinks(57))).toBe(50);
    expect(restoredIn(blinks(53, 57))).toBe(54);
  });

  it('is not put off by one gross second long after the fault', () => {
    const hiccup = course((second) => (second >= 40 && second < 52) || second === 70);
    expect(restoredIn(hiccup)).toBe(71);
    const undone = { ...hiccup.fault, to: hiccup.seconds[54]?.to ?? 0 };
    expect(restoredIn({ ...hiccup, fault: undone })).toBe(52);
  });

  it('is none where the load ended before ten seconds were good', () => {
    expect(restoredIn(course((second) => second >= 40))).toBeNull();
    expect(restoredIn(course((second) => second >= 40 && second < 82))).toBeNull();
    expect(restoredIn(course((second) => second >= 40 && second < 80))).toBe(80);
  });

  it('is none of answers that stay slow, and none of a goodput that stays low', () => {
    const slow = builtCourse((second) => {
      if (second >= 40 && second < 50) return out();
      return { answers: noisy(second, { seed: 1 }).map(({ ms }) => ({ ms: second < 50 ? ms : 3 * ms })) };
    });
    expect(restoredIn(slow)).toBeNull();
    const few = builtCourse((second) => {
      if (second >= 40 && second < 50) return out();
      return { answers: noisy(second, { seed: 1, rate: second < 50 ? 100 : 70 }) };
    });
    expect(restoredIn(few)).toBeNull();
  });

  it('is not denied by the seconds that its baseline has, too', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const found = seeds.map((seed) =>
      restoredIn(
        builtCourse((second) => {
          if (second >= 40 && second < 52) return out();
          return { answers: noisy(second, { seed, jitter: 0.1, spread: 0.7, errors: 0.002, slow: 0.05 }) };
        }),
      ),
    );
    expect(found.filter((second) => second !== null && second >= 52).length).toBeGreaterThan(17);
  });

  it('is not begun in a silence of k6', () => {
    const { seconds, tolerance, fault } = course((second) => second >= 40 && second < 50);
    const holed = seconds.filter((_, index) => index < 55 || index > 58);
    const impact = findImpact(holed, tolerance, fault);
    if (impact === null) throw new Error('an impact');
    expect(findRestoration(holed, tolerance, fault, impact)).toBe(seconds[59]);
  });
});
