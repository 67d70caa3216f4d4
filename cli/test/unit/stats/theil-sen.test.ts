import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../src/stats/theil-sen.ts';
import { seeded } from './seeded-samples.ts';

const random = seeded(7);
const hundred = Array.from({ length: 100 }, () => random());
const points = (values: readonly number[]) => values.map((value, index) => ({ t: index * 1_000, value }));

describe('the trend', () => {
  it('of a line is its slope a second, without spread', () => {
    expect(theilSen(points([5, 7, 9, 11, 13, 15, 17, 19, 21, 23]))).toMatchObject({ slope: 2, lowest: 2, spread: 0 });
  });

  it('is not turned by a third of wild readings', () => {
    const values = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 10_000 * ((index % 2) - 0.5) : index));
    expect(theilSen(points(values))?.slope).toBeCloseTo(1, 0);
  });

  it('of noise may be nothing', () => {
    const found = theilSen(points(hundred));
    expect(found?.lowest).toBeLessThan(0);
  });

  it('of noise on a slope is above nothing', () => {
    const found = theilSen(points(hundred.map((value, index) => value + index)));
    expect(found?.lowest).toBeGreaterThan(0);
  });

  it('of three readings has no bound, of two there is none', () => {
    expect(theilSen(points([1, 2, 3]))).toMatchObject({ slope: 1, lowest: Number.NEGATIVE_INFINITY });
    expect(theilSen(points([1, 2]))).toBeNull();
    expect(theilSen([])).toBeNull();
  });

  it('of readings at one moment is none', () => {
    expect(theilSen([1, 2, 3].map((value) => ({ t: 0, value })))).toBeNull();
  });

  it('of six hours of seconds is the same as of a minute', () => {
    const found = theilSen(points(Array.from({ length: 21_600 }, (_, index) => 3 * index + (index % 7))));
    expect(found?.slope).toBeCloseTo(3, 1);
    expect(found?.lowest).toBeGreaterThan(2.9);
  });
});
