import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customer, inParallel, tally } from '../fixtures/customer.ts';
import {
  drained,
  eventually,
  type RunningService,
  settled,
  smallFixture,
  startService,
  verify,
  violated,
} from '../fixtures/running-service.ts';

const lock = 'coupon:campaign:1:lock';

let service: RunningService;
let redis: Redis;
let mysql: Connection;
const others: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  service = await startService({ ACCRUAL_CONCURRENCY: '4' });
  redis = new Redis(service.stack.endpoints.redisUrl ?? '');
  mysql = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
}, 600_000);

afterAll(async () => {
  redis?.disconnect();
  mysql?.destroy();
  await service?.close();
});

beforeEach(async () => fresh());

afterEach(async () => {
  await Promise.all(others.splice(0).map((stop) => stop()));
  await drained(service);
});

async function fresh(changes: Record<string, string> = {}): Promise<void> {
  await service.stack.reset?.({ ...smallFixture, ...changes });
}

/** Another API with these settings, ended after the test. */
async function shop(set: Record<string, string>) {
  const { url, process } = await service.startAnother(set);
  others.push(() => process.stop({ graceMs: 5_000 }));
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
  /** Until it has had the lock once; a short one may be over before anybody sees its key. */
  const holdsLock = () =>
    eventually(async () => (await metrics()).includes('coupon_lock_events_total{event="acquired"} 1') || undefined);
  return {
    ...customer(url),
    metrics,
    holdsLock,
    /** Dies while it holds the lock: it was asked for a coupon, and is far from done. */
    dieInsideLock: async () => {
      const asked = customer(url)
        .takeCoupon(1)
        .catch(() => undefined);
      await holdsLock();
      await process.kill('SIGKILL');
      await process.exited;
      expect(await asked).toBeUndefined();
    },
  };
}

async function figure(sql: string): Promise<number> {
  const [rows] = await mysql.query(sql);
  return z.tuple([z.object({ figure: z.coerce.number() })]).parse(rows)[0].figure;
}

describe('issuing under a lock', () => {
  it('gives out exactly the stock and none twice, also from two processes at once', async () => {
    const set = { ISSUE_STRATEGY: 'lock', LOCK_WAIT_MS: '30000', LOCK_TTL_MS: '30000', LOCK_RETRY_MS: '5' };
    const [left, right] = await Promise.all([shop(set), shop(set)]);

    const answers = await inParallel(600, 40, (index) =>
      (index % 2 === 0 ? left : right).takeCoupon(1 + Math.floor(index / 2)),
    );

    expect(tally(answers)).toMatchObject({ 201: 200 });
    expect((tally(answers).ALREADY_ISSUED ?? 0) + (tally(answers).SOLD_OUT ?? 0)).toBe(400);
    expect(await redis.exists(lock)).toBe(0);
    expect(await left.metrics()).toContain('coupon_lock_events_total{event="acquired"} 300');
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: 200, orders: 0 }))).toEqual([]);
  });

  it('refuses what the atomic issuer refuses', async () => {
    const api = await shop({ ISSUE_STRATEGY: 'lock' });

    expect((await api.takeCoupon(1)).status).toBe(201);
    expect(await api.takeCoupon(1)).toMatchObject({ status: 409, code: 'ALREADY_ISSUED' });
    expect(await api.takeCoupon(1, { campaignId: 99 })).toMatchObject({ status: 404, code: 'CAMPAIGN_NOT_FOUND' });
  });

  it('answers 503 when another has the lock, and leaves it to him', async () => {
    const api = await shop({ ISSUE_STRATEGY: 'lock', LOCK_WAIT_MS: '50' });
    await redis.set(lock, 'another', 'PX', 600_000);

    const answers = await inParallel(10, 5, (index) => api.takeCoupon(index + 1));

    expect(tally(answers)).toEqual({ LOCK_BUSY: 10 });
    expect(answers[0]).toMatchObject({ status: 503 });
    expect(answers[0]?.headers.get('retry-after')).toBe('1');
    expect(await redis.get(lock)).toBe('another');
    expect(await api.metrics()).toContain('coupon_lock_events_total{event="busy"} 10');
    await redis.del(lock);
    expect((await api.takeCoupon(1)).status).toBe(201);
    expect(await redis.exists(lock)).toBe(0);
  });

  it('takes nothing when the lock ended before the write, and the next holder may', async () => {
    await fresh({ COUPON_STOCK: '1' });
    const common = { ISSUE_STRATEGY: 'lock', LOCK_WAIT_MS: '30000' };
    const slow = await shop({ ...common, LOCK_TTL_MS: '100', LOCK_HOLD_MS: '1500' });
    const quick = await shop({ ...common, LOCK_TTL_MS: '30000' });

    const late = slow.takeCoupon(1);
    await slow.holdsLock();
    const next = await quick.takeCoupon(2);

    expect(await late).toMatchObject({ status: 503, code: 'LOCK_LOST' });
    expect(next.status).toBe(201);
    expect(await slow.metrics()).toContain('coupon_lock_events_total{event="lost"} 1');
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: 1, orders: 0 }))).toEqual([]);
  });

  it('leaves the lock to the next holder when its own has ended', async () => {
    const slow = await shop({ ISSUE_STRATEGY: 'lock', LOCK_TTL_MS: '100', LOCK_HOLD_MS: '1500' });

    const late = slow.takeCoupon(1);
    await slow.holdsLock();
    await eventually(async () => ((await redis.set(lock, 'another', 'PX', 600_000, 'NX')) === 'OK' ? true : undefined));

    expect(await late).toMatchObject({ status: 503, code: 'LOCK_LOST' });
    expect(await redis.get(lock)).toBe('another');
  });

  it('goes on after the time to live of a holder that was killed', async () => {
    const doomed = await shop({ ISSUE_STRATEGY: 'lock', LOCK_TTL_MS: '6000', LOCK_HOLD_MS: '600000' });
    const next = await shop({ ISSUE_STRATEGY: 'lock', LOCK_WAIT_MS: '60000' });

    await doomed.dieInsideLock();
    expect(await redis.pttl(lock)).toBeGreaterThan(0);

    expect((await next.takeCoupon(2)).status).toBe(201);
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: 1, orders: 0 }))).toEqual([]);
  });
});

describe('issuing under a lock without an end', () => {
  it('stays shut when a holder was killed, also after a restart, until somebody deletes the key', async () => {
    const doomed = await shop({ ISSUE_STRATEGY: 'lock-no-expiry', LOCK_HOLD_MS: '600000' });
    await doomed.dieInsideLock();
    const restarted = await shop({ ISSUE_STRATEGY: 'lock-no-expiry', LOCK_WAIT_MS: '50' });

    const answers = await inParallel(20, 5, (index) => restarted.takeCoupon(index + 1));

    expect(tally(answers)).toEqual({ LOCK_BUSY: 20 });
    expect(await redis.pttl(lock)).toBe(-1);
    await redis.del(lock);
    expect((await restarted.takeCoupon(2)).status).toBe(201);
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: 1, orders: 0 }))).toEqual([]);
  });

  it('is forgotten by a reset', async () => {
    await redis.set(lock, 'a holder that is gone');
    await fresh();

    expect(await redis.exists(lock)).toBe(0);
  });
});

describe('points inside the order', () => {
  const basket = (userId: number) => ({ userId, items: [{ productId: 7, quantity: 2 }] });

  it('are there with the answer, without an event', async () => {
    const api = await shop({ POINT_ACCRUAL: 'sync' });

    const { status, body } = await api.order('sync-1', basket(3));
    const account = (await api.get('/api/points/3')).body;

    const points = Math.floor(Number(body.amount) / 100);
    expect(status).toBe(201);
    expect(account).toMatchObject({ balance: points, entries: [{ orderId: body.orderId, points }] });
    expect(await figure('SELECT COUNT(*) AS figure FROM outbox')).toBe(0);
    expect(await api.metrics()).toContain('points_accrued_total 1');
    expect((await api.order('sync-1', basket(3))).status).toBe(200);
    expect((await api.get('/api/points/3')).body).toEqual(account);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 1 }))).toEqual([]);
  });

  it('are not given with an order that is refused inside its transaction', async () => {
    await fresh({ PRODUCT_STOCK: '40' });
    const api = await shop({ POINT_ACCRUAL: 'sync' });

    const answers = await inParallel(60, 30, (index) => api.order(`sync-${index}`, basket(1 + (index % 5))));

    expect(tally(answers)).toEqual({ 201: 20, OUT_OF_STOCK: 40 });
    expect(await figure('SELECT COUNT(*) AS figure FROM point_ledger')).toBe(20);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 20 }))).toEqual([]);
  });

  const hot = (index: number) => {
    const items = [1, 2, 3].map((productId) => ({ productId, quantity: 1 }));
    return { userId: 1 + (index % 4), items: index % 2 === 0 ? items : items.toReversed() };
  };

  it('cause no deadlock when products are locked in order, however few users and products meet', async () => {
    const api = await shop({ POINT_ACCRUAL: 'sync' });
    const before = await deadlocks();

    const answers = await inParallel(200, 20, (index) => api.order(`calm-${index}`, hot(index)));

    expect(tally(answers)).toEqual({ 201: 200 });
    expect((await deadlocks()) - before).toBe(0);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 200 }))).toEqual([]);
  });

  it('are given once by an order that was tried again after a deadlock', async () => {
    const set = { POINT_ACCRUAL: 'sync', ORDER_LOCKING: 'request-order', ORDER_DEADLOCK_RETRIES: '100' };
    const api = await shop(set);
    // Users of their own: orders of one user wait for his balance, and do not meet at the products.
    const order = (index: number) => ({ ...hot(index), userId: index + 1 });

    const answers = await inParallel(200, 20, (index) => api.order(`rough-${index}`, order(index)));

    expect(tally(answers)).toEqual({ 201: 200 });
    expect(Number(/^order_deadlocks_total (\d+)$/m.exec(await api.metrics())?.[1])).toBeGreaterThan(0);
    expect(await figure('SELECT COUNT(*) AS figure FROM point_ledger')).toBe(200);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 200 }))).toEqual([]);
  });

  it('add up with those that go through Kafka at the same time to the same users', async () => {
    const sync = await shop({ POINT_ACCRUAL: 'sync' });
    const async = customer(service.api);

    const answers = await inParallel(200, 20, (index) =>
      (index % 2 === 0 ? sync : async).order(`mixed-${index}`, basket(1 + (index % 7))),
    );

    expect(tally(answers)).toEqual({ 201: 200 });
    expect(await figure('SELECT COUNT(*) AS figure FROM outbox')).toBe(100);
    await settled(service, 200);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 200 }))).toEqual([]);
  });
});

describe('an order that takes its time between two products', () => {
  const set = { ORDER_LOCK_GAP_MS: '500', ORDER_DEADLOCK_RETRIES: '0' };
  const both = (userId: number, products: readonly number[]) => ({
    userId,
    items: products.map((productId) => ({ productId, quantity: 1 })),
  });

  it('meets another in a circle when each locks as it was asked for', async () => {
    const api = await shop({ ...set, ORDER_LOCKING: 'request-order' });

    const answers = await inParallel(2, 2, (index) =>
      api.order(`circle-${index}`, both(index + 1, index === 0 ? [1, 2] : [2, 1])),
    );

    expect(tally(answers)).toEqual({ 201: 1, DEADLOCK: 1 });
    await settled(service, 1);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 1 }))).toEqual([]);
  });

  it('makes another wait when both lock in the same order, and the stock of each product counts', async () => {
    await fresh({ PRODUCT_STOCK: '1' });
    const api = await shop(set);

    const answers = await inParallel(2, 2, (index) => api.order(`line-${index}`, both(index + 1, [index + 1, 3])));

    expect(tally(answers)).toEqual({ 201: 1, OUT_OF_STOCK: 1 });
    expect(answers.find(({ status }) => status !== 201)?.body).toMatchObject({ detail: 'product 3' });
    await settled(service, 1);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 1 }))).toEqual([]);
  });
});

async function deadlocks(): Promise<number> {
  return figure("SELECT COUNT AS figure FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks'");
}

describe('the consumer of points', () => {
  it('works on several partitions at the same time', async () => {
    const api = customer(service.api);
    const users = Array.from({ length: 40 }, (_, index) => index + 1);
    await mysql.query('INSERT INTO point_balance (user_id, balance) VALUES ?', [users.map((user) => [user, 0])]);
    const [first, rest] = await Promise.all([holdBalances('= 1'), holdBalances('> 1')]);
    try {
      // The consumer waits in one partition while events come into all, so that its next fetch brings them together.
      await api.order('stuck', { userId: 1, items: [{ productId: 1, quantity: 1 }] });
      await eventually(async () => ((await waiting()) === 1 ? true : undefined));
      const answers = await inParallel(39, 10, (index) =>
        api.order(`wide-${index}`, { userId: index + 2, items: [{ productId: 1, quantity: 1 }] }),
      );
      expect(tally(answers)).toEqual({ 201: 39 });
      await drained(service);
      await first.rollback();

      await eventually(async () => ((await waiting()) === 4 ? true : undefined));
    } finally {
      first.destroy();
      rest.destroy();
    }
    await settled(service, 40);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 40 }))).toEqual([]);
  });

  async function holdBalances(which: string): Promise<Connection> {
    const connection = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await connection.beginTransaction();
    await connection.query(`SELECT user_id FROM point_balance WHERE user_id ${which} FOR UPDATE`);
    return connection;
  }

  async function waiting(): Promise<number> {
    await delay(200); // the server shows the same picture to all who look again within 100 ms
    return figure("SELECT COUNT(*) AS figure FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'");
  }
});

describe('a limit of requests a second', () => {
  it('turns the rest away before it reaches a store', async () => {
    const api = await shop({ RATE_LIMIT_RPS: '5' });

    const answers = await inParallel(150, 30, (index) => api.takeCoupon(index + 1));

    const issued = tally(answers)['201'] ?? 0;
    const refused = answers.filter(({ status }) => status === 503);
    expect(issued).toBeGreaterThanOrEqual(5);
    expect(refused.length).toBe(150 - issued);
    expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await api.get('/health/ready')).status).toBe(200);
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: issued, orders: 0 }))).toEqual([]);
  });
});
