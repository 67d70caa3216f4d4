import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customer, inParallel, tally } from '../fixtures/customer.ts';
import {
  drained,
  type RunningService,
  settled,
  smallFixture,
  startService,
  verify,
} from '../fixtures/running-service.ts';

let service: RunningService;
let api: ReturnType<typeof customer>;
let redis: Redis;
let mysql: Connection;

beforeAll(async () => {
  service = await startService();
  api = customer(service.api);
  redis = new Redis(service.stack.endpoints.redisUrl ?? '');
  mysql = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
}, 600_000);

afterAll(async () => {
  redis?.disconnect();
  mysql?.destroy();
  await service?.close();
});

beforeEach(async () => {
  await service.override(null);
  await service.stack.reset?.(smallFixture);
});

const nothing = { pointsAccrued: 0, pointsTakenBack: 0, couponsTakenBack: 0 };

/** Ids of what does not hold, against these figures of what was confirmed and not taken back. */
async function broken(told: { coupons: number; orders: number }): Promise<string[]> {
  const invariants = await verify(service.stack, told);
  return invariants.filter(({ outcome }) => outcome !== 'held').map(({ id }) => id);
}

describe('the repair', () => {
  it('changes nothing where nothing is wrong', async () => {
    await inParallel(30, 10, (index) => api.takeCoupon(index + 1));
    const answers = await inParallel(30, 10, (index) =>
      api.order(`k-${index}`, { userId: 1 + index, items: [{ productId: 1, quantity: 1 }] }),
    );
    expect(tally(answers)).toEqual({ 201: 30 });
    await settled(service, 30);
    const before = [await redis.xrange('coupon:issued', '-', '+'), await redis.hgetall('coupon:campaign:1')];

    expect(await service.reconcile()).toEqual(nothing);

    expect([await redis.xrange('coupon:issued', '-', '+'), await redis.hgetall('coupon:campaign:1')]).toEqual(before);
    expect(await broken({ coupons: 30, orders: 30 })).toEqual([]);
  });

  it('takes back coupons beyond the stock and second ones, and the campaign goes on as sold out', async () => {
    await service.override({ ISSUE_STRATEGY: 'naive', NAIVE_GAP_MS: '30' });
    // The first ten click twice, so that more users than there are coupons get one.
    const answers = await inParallel(600, 60, (index) =>
      api.takeCoupon(index < 20 ? 1 + Math.floor(index / 2) : index),
    );
    await service.override(null);
    await drained(service);
    const issued = tally(answers)['201'] ?? 0;
    const holders = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.userId));
    expect(holders.size).toBeGreaterThan(200);
    expect(await broken({ coupons: issued, orders: 0 })).toEqual(
      expect.arrayContaining(['over-issue', 'duplicate-issue']),
    );

    const repaired = await service.reconcile();

    expect(repaired).toEqual({ ...nothing, couponsTakenBack: issued - 200 });
    await drained(service);
    expect(await broken({ coupons: 200, orders: 0 })).toEqual([]);
    expect(await redis.hgetall('coupon:campaign:1')).toEqual({ stock: '200', remaining: '0' });
    expect(await service.reconcile()).toEqual(nothing);
    expect((await api.takeCoupon(999)).code).toBe('SOLD_OUT');
  });

  it('tells a Redis that has forgotten everything who holds a coupon', async () => {
    await inParallel(50, 10, (index) => api.takeCoupon(index + 1));
    await drained(service);
    await redis.flushall();
    expect((await api.takeCoupon(1)).code).toBe('CAMPAIGN_NOT_FOUND');

    expect(await service.reconcile()).toEqual(nothing);

    await drained(service);
    expect(await broken({ coupons: 50, orders: 0 })).toEqual([]);
    expect((await api.takeCoupon(1)).code).toBe('ALREADY_ISSUED');
    expect((await api.takeCoupon(51)).status).toBe(201);
    expect(await redis.hget('coupon:campaign:1', 'remaining')).toBe('149');
  });

  it('gives an order its points when its event was marked as seen and its entry is gone', async () => {
    await api.order('k', { userId: 3, items: [{ productId: 1, quantity: 1 }] });
    await settled(service, 1);
    await mysql.query('DELETE FROM point_ledger');
    await mysql.query('DELETE FROM point_balance');

    expect(await service.reconcile()).toEqual({ ...nothing, pointsAccrued: 1 });
    expect(await broken({ coupons: 0, orders: 1 })).toEqual([]);
    expect(await service.reconcile()).toEqual(nothing);
  });
});
