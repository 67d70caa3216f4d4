import { describe, expect, it } from 'vitest';
import { rushEnv, rushFixture } from '../../../src/faults/coupon-rush.ts';
import { seeded } from '../stats/seeded-samples.ts';

const load = { rate: 200, baselineMs: 20_000, holdMs: 20_000 };
const users = Number(rushEnv.USERS);

/** Second of the load at which the stock is gone; `twice`: a double click gets two coupons from that second on. */
function soldOut({ rate }: typeof load, stock: number, twice: number): number {
  const random = seeded(7);
  const holders = new Set<number>();
  let left = stock;
  for (let arrivals = 0; ; arrivals += 1) {
    const second = arrivals / rate;
    const user = Math.floor(random() * users);
    const both = random() < Number(rushEnv.DOUBLE_CLICK) && second >= twice;
    if (!holders.has(user)) left -= both ? 2 : 1;
    holders.add(user);
    if (left <= 0) return second;
    if (second > 600) return Number.POSITIVE_INFINITY;
  }
}

describe.each([
  load,
  { ...load, holdMs: 8_000, baselineMs: 14_000 },
  { ...load, rate: 50 },
  { ...load, baselineMs: 60_000 },
])('the stock of a rush at %o', (each) => {
  const stock = Number(rushFixture(each).COUPON_STOCK);
  const injected = (each.baselineMs + 1_000) / 1_000;
  const [from, to] = [injected, injected + each.holdMs / 1_000];

  it.each([
    ['given out naively', from],
    ['given out one each', Number.POSITIVE_INFINITY],
  ])('is gone while the fault stands, %s', (_, twice) => {
    const at = soldOut(each, stock, twice);
    expect(at).toBeGreaterThan(from);
    expect(at).toBeLessThan(to);
  });
});

it('is one coupon at least', () => {
  expect(rushFixture({ rate: 0.001, baselineMs: 0, holdMs: 1 }).COUPON_STOCK).toBe('1');
});
