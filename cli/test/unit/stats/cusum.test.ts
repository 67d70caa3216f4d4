import { describe, expect, it, test } from 'vitest';
import { createCusum } from '../../../src/stats/cusum.ts';
import { wilsonUpper } from '../../../src/stats/wilson.ts';
import { seeded } from './seeded-samples.ts';

describe('the sum', () => {
  const shares = { p0: 0.001, p1: 0.01 };

  it('rises by the logarithm of the ratio for each bad event, and falls a little for each good one', () => {
    const cusum = createCusum(shares);
    expect(cusum.add(0, 2)).toBeCloseTo(2 * Math.log(10));
    expect(cusum.add(100, 0)).toBeCloseTo(2 * Math.log(10) + 100 * Math.log(0.99 / 0.999));
    expect(cusum.value).toBe(cusum.add(0, 0));
  });

  it('never falls below 0, so that good years buy no bad day', () => {
    const cusum = createCusum(shares);
    cusum.add(1_000_000, 0);
    expect(cusum.value).toBe(0);
    expect(cusum.add(0, 1)).toBeCloseTo(Math.log(10));
  });

  it('is held at its most, and takes no more at once than it is told', () => {
    const cusum = createCusum({ ...shares, most: 20 });
    expect(cusum.add(0, 500, 8)).toBe(8);
    expect(cusum.add(0, 500)).toBe(20);
  });
});

/** As it is used: 100 requests a second, 20 clean seconds before. */
const requests = 100;
const p0 = Math.max(1e-4, wilsonUpper(0, 20 * requests));
const p1 = Math.max(0.01, 10 * p0);
const h = 12;

/** Seconds until the alarm; null when there is none. */
function alarmAfter(share: number, seconds: number, seed: number): number | null {
  const random = seeded(seed);
  const cusum = createCusum({ p0, p1 });
  for (let second = 1; second <= seconds; second += 1) {
    let bad = 0;
    for (let request = 0; request < requests; request += 1) if (random() < share) bad += 1;
    if (cusum.add(requests - bad, bad) > h) return second;
  }
  return null;
}

const seeds = [1, 2, 3, 5, 8, 13, 21, 34];

describe('in simulation at 100 requests a second', () => {
  test.each([
    ['a total outage', 1, 1],
    ['10 % errors', 0.1, 3],
    ['5 % errors', 0.05, 5],
    ['2 % errors', 0.02, 15],
  ])('%s are found within seconds', (_, share, atMost) => {
    for (const seed of seeds) {
      const seconds = alarmAfter(share, 120, seed) ?? Number.POSITIVE_INFINITY;
      expect(seconds).toBeLessThanOrEqual(atMost);
    }
  });

  it('a clean stream raises no alarm in ten hours', () => {
    expect(alarmAfter(1e-4, 10 * 3_600, 7)).toBeNull();
  });

  it('neither does one that is as bad as a third of what is taken for normal', () => {
    expect(alarmAfter(p0 / 3, 5 * 3_600, 9)).toBeNull();
  });
});
