import { describe, expect, it } from 'vitest';
import { fisherExact } from '../../../src/stats/fisher-exact.ts';
import { mannKendall } from '../../../src/stats/mann-kendall.ts';
import { seeded } from './seeded-samples.ts';

describe("Fisher's exact test", () => {
  it('has the figures of the tea that a lady tasted', () => {
    expect(fisherExact(4, 4, 4, 8)).toBeCloseTo(1 / 70);
    expect(fisherExact(3, 4, 4, 8)).toBeCloseTo(17 / 70);
    expect(fisherExact(0, 4, 4, 8)).toBeCloseTo(1);
  });

  it('is certain where every thing is marked, and for nothing', () => {
    expect(fisherExact(3, 3, 60, 60)).toBeCloseTo(1);
    expect(fisherExact(0, 0, 0, 0)).toBe(1);
  });
});

describe('the test of Mann and Kendall', () => {
  it('has the z of six values that rise or fall', () => {
    expect(mannKendall([1, 2, 3, 4, 5, 6])).toBeCloseTo(14 / Math.sqrt((6 * 5 * 17) / 18));
    expect(mannKendall([6, 5, 4, 3, 2, 1])).toBeCloseTo(-14 / Math.sqrt((6 * 5 * 17) / 18));
  });

  it('is nothing for equal values, one value and none', () => {
    expect([mannKendall([3, 3, 3, 3]), mannKendall([3]), mannKendall([])]).toEqual([0, 0, 0]);
  });

  it('calls hardly more than one in a hundred series of chance a rise', () => {
    const random = seeded(7);
    const rises = Array.from({ length: 2_000 }, () => mannKendall(Array.from({ length: 12 }, random)));
    expect(rises.filter((z) => z > 2.33).length / 2_000).toBeLessThan(0.02);
  });
});
