import { describe, expect, it, test } from 'vitest';
import { burnRateRule, createBurnRate } from '../../../src/stats/burn-rate.ts';

/** Seconds of a share of bad events, after a minute without any, until both windows are above the limit. */
function alarmAfter(share: number): number | null {
  const burn = createBurnRate();
  for (let second = -59; second <= 120; second += 1) {
    const bad = second > 0 ? 100 * share : 0;
    burn.add(second * 1_000, 100 - bad, bad);
    const { long, short } = burn.at(second * 1_000);
    if (Math.min(long, short) > burnRateRule.limit) return second;
  }
  return null;
}

describe('the burn rate', () => {
  it('is the share of bad events in the budget, in each window', () => {
    const burn = createBurnRate({ longMs: 10_000, shortMs: 2_000, budget: 0.01 });
    for (let t = 1_000; t <= 10_000; t += 1_000) burn.add(t, t > 8_000 ? 9 : 10, t > 8_000 ? 1 : 0);
    expect(burn.at(10_000).short).toBeCloseTo(10);
    expect(burn.at(10_000).long).toBeCloseTo(2);
  });

  it('forgets what is older than the window, and is 0 where nothing was counted', () => {
    const burn = createBurnRate();
    expect(burn.at(0)).toEqual({ long: 0, short: 0 });
    burn.add(1_000, 0, 5);
    expect(burn.at(7_000).short).toBe(0);
    expect(burn.at(7_000).long).toBeGreaterThan(0);
    expect(burn.at(61_000)).toEqual({ long: 0, short: 0 });
  });

  test.each([
    [1, 1],
    [0.1, 9],
    [0.05, 18],
    [0.02, 44],
    [0.01, null],
  ])('a share of %d is found after %d s', (share, seconds) => {
    expect(alarmAfter(share)).toBe(seconds);
  });
});
