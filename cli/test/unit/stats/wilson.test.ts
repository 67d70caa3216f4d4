import { describe, expect, it } from 'vitest';
import { wilsonUpper } from '../../../src/stats/wilson.ts';
import { seeded } from './seeded-samples.ts';

describe("Wilson's upper bound", () => {
  it('is about 2.7 in n for a share that was never seen', () => {
    expect(wilsonUpper(0, 2_000)).toBeCloseTo(2.706 / 2_002.706, 6);
    expect(wilsonUpper(0, 27_060)).toBeCloseTo(1e-4, 7);
  });

  it('has the figures of the textbook for 15 of 20 with 95 % on both sides', () => {
    expect(wilsonUpper(15, 20, 1.96)).toBeCloseTo(0.8881, 3);
  });

  it('knows nothing without samples, and never exceeds 1', () => {
    expect(wilsonUpper(0, 0)).toBe(1);
    expect(wilsonUpper(5, 5)).toBeLessThanOrEqual(1);
  });

  it('is above the true share in about 95 of 100 samples', () => {
    const random = seeded(11);
    const share = 0.03;
    const above = Array.from({ length: 2_000 }, () => {
      const bad = Array.from({ length: 400 }, random).filter((value) => value < share).length;
      return wilsonUpper(bad, 400) >= share;
    });
    expect(above.filter(Boolean).length / above.length).toBeGreaterThan(0.93);
  });
});
