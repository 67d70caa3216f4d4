import { readFileSync } from 'node:fs';
import type { Admin } from 'kafkajs';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customer, inParallel, tally } from '../fixtures/customer.ts';
import { connectAdmin, readMembers, readOffsets } from '../fixtures/kafka-offsets.ts';
import {
  drained,
  eventually,
  overrideShownAt,
  type RunningService,
  settled,
  smallFixture,
  startService,
  verify,
} from '../fixtures/running-service.ts';

let service: RunningService;
let api: ReturnType<typeof customer>;
let mysql: Connection;
let kafka: Admin;
const others: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  service = await startService();
  api = customer(service.api);
  mysql = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
  kafka = await connectAdmin(service.stack.endpoints.kafkaBrokers ?? []);
}, 600_000);

afterAll(async () => {
  mysql?.destroy();
  await kafka?.disconnect();
  await service?.close();
});

beforeEach(async () => {
  await service.stack.reset?.(smallFixture);
});

afterEach(async () => {
  await Promise.all(others.splice(0).map((stop) => stop()));
  await service.override(null);
  await caughtUp();
});

/** Until the outbox is empty and every event of the topic is committed. */
async function caughtUp(): Promise<void> {
  await drained(service);
  await eventually(async () => (await readOffsets(kafka)).lag === 0 || undefined);
}

async function shop(set: Record<string, string>) {
  const { url, process } = await service.startAnother(set);
  others.push(() => process.stop({ graceMs: 20_000 }));
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  return { ...customer(url), process, metric };
}

async function placeOrders(count: number, { order } = api, prefix = 'o'): Promise<void> {
  const answers = await inParallel(count, 10, (index) =>
    order(`${prefix}-${index}`, { userId: 1 + index, items: [{ productId: 1 + (index % 50), quantity: 1 }] }),
  );
  expect(tally(answers)).toEqual({ 201: count });
}

async function figure(sql: string): Promise<number> {
  const [rows] = await mysql.query(sql);
  return z.tuple([z.object({ figure: z.coerce.number() })]).parse(rows)[0].figure;
}

const pointEntries = () => figure('SELECT COUNT(*) AS figure FROM point_ledger');
const ordersWithoutPoints = () =>
  figure(`SELECT COUNT(*) AS figure FROM orders
          WHERE NOT EXISTS (SELECT 1 FROM point_ledger WHERE point_ledger.order_id = orders.id)`);

async function violations(told: { coupons: number; orders: number }): Promise<Record<string, number | null>> {
  const broken = (await verify(service.stack, told)).filter(({ outcome }) => outcome !== 'held');
  return Object.fromEntries(broken.map(({ id, violations: count }) => [id, count]));
}

/** Kills the worker, and waits for the one that is started in its place. */
async function killWorker(): Promise<void> {
  const pid = service.pidOf('worker');
  process.kill(pid, 'SIGKILL');
  const ready = service.stack.endpoints.metricsUrls.worker?.replace('/metrics', '/health/ready') ?? '';
  await eventually(async () => {
    const next = service.pidOf('worker');
    return (Number.isInteger(next) && next !== pid && (await fetch(ready)).ok) || undefined;
  });
}

describe('offsets that are committed before the points are written', () => {
  it('lose them when the worker is killed in between, with no lag to show it, and the repair finds them', async () => {
    await service.override({ ACCRUAL_COMMIT: 'before', ACCRUAL_DELAY_MS: '20000' });
    const { committed } = await readOffsets(kafka);
    await placeOrders(20);
    await eventually(async () => (await readOffsets(kafka)).committed > committed || undefined);
    expect(await pointEntries()).toBe(0);
    const killing = killWorker();
    await service.override(null);
    await killing;
    await caughtUp();

    const missing = await ordersWithoutPoints();
    expect(missing).toBeGreaterThan(0);
    expect(await pointEntries()).toBe(20 - missing);
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({ 'points-missing': missing });

    expect(await service.reconcile()).toEqual({ pointsAccrued: missing, pointsTakenBack: 0, couponsTakenBack: 0 });
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({});
    expect(await service.reconcile()).toEqual({ pointsAccrued: 0, pointsTakenBack: 0, couponsTakenBack: 0 });
  });
});

describe('a worker that is killed between the points and the commit', () => {
  it.each([
    ['accrues again without the inbox, and the repair takes it back', 'off'],
    ['does not with it', 'on'],
  ])('%s', async (_, inbox) => {
    await service.override({ ACCRUAL_INBOX: inbox, ACCRUAL_DELAY_MS: '20000' });
    await placeOrders(20);
    await eventually(async () => (await pointEntries()) > 0 || undefined);
    const killing = killWorker();
    await service.override({ ACCRUAL_INBOX: inbox });
    await killing;
    await caughtUp();
    await service.override(null);

    const doubled = (await pointEntries()) - 20;
    expect(await ordersWithoutPoints()).toBe(0);
    if (inbox === 'on') {
      expect(doubled).toBe(0);
      expect(await violations({ coupons: 0, orders: 20 })).toEqual({});
      return;
    }
    expect(doubled).toBeGreaterThan(0);
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({ 'double-accrual': doubled });
    expect(await service.reconcile()).toEqual({ pointsAccrued: 0, pointsTakenBack: doubled, couponsTakenBack: 0 });
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({});
    expect(await service.reconcile()).toEqual({ pointsAccrued: 0, pointsTakenBack: 0, couponsTakenBack: 0 });
  });
});

describe('events that wait in memory', () => {
  const memory = { ORDER_EVENT: 'memory', ORDER_EVENT_LINGER_MS: '60000' };

  it('are lost when the API is killed, with nothing in the outbox and no lag', async () => {
    const other = await shop(memory);
    await placeOrders(20, other);
    await other.process.kill('SIGKILL');
    await other.process.exited;
    await caughtUp();

    expect(await figure('SELECT COUNT(*) AS figure FROM outbox')).toBe(0);
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({ 'points-missing': 20 });
    expect(await service.reconcile()).toEqual({ pointsAccrued: 20, pointsTakenBack: 0, couponsTakenBack: 0 });
    expect(await violations({ coupons: 0, orders: 20 })).toEqual({});
  });

  it('are sent after their linger, and when the API is asked to stop', async () => {
    const quick = await shop({ ORDER_EVENT: 'memory', ORDER_EVENT_LINGER_MS: '50' });
    await placeOrders(10, quick, 'quick');
    await settled(service, 10);

    const slow = await shop(memory);
    await placeOrders(10, slow, 'slow');
    expect(await slow.process.stop({ graceMs: 20_000 })).toMatchObject({ code: 0, signal: null });
    await settled(service, 20);

    expect(await violations({ coupons: 0, orders: 20 })).toEqual({});
  });
});

describe('a queue without a bound', () => {
  const queue = { INTAKE: 'queue', INTAKE_CONCURRENCY: '1', INTAKE_WORK_MS: '50', INTAKE_ENTRY_KB: '2048' };
  const surge = (take: typeof api.takeCoupon) =>
    Promise.all(Array.from({ length: 400 }, (_, index) => take(1 + index).catch(() => null)));

  it('fills the heap until the process dies, out of memory', async () => {
    const other = await shop({ ...queue, HEAP_LIMIT_MB: '300' });

    const answers = await surge(other.takeCoupon);

    expect(await other.process.exited).toMatchObject({ signal: 'SIGABRT' });
    const lastWords = readFileSync(other.process.logFile, 'utf8');
    expect(lastWords).toContain('JavaScript heap out of memory');
    expect(Number(/"usedMb":(\d+)/.exec(lastWords)?.[1])).toBeGreaterThan(300);
    expect(answers.filter((answer) => answer === null).length).toBeGreaterThan(200);
  });

  it('stays short behind a bound of requests in flight', async () => {
    const other = await shop({ ...queue, INTAKE_WORK_MS: '5', HEAP_LIMIT_MB: '300', MAX_IN_FLIGHT: '30' });

    const answers = (await surge(other.takeCoupon)).flatMap((answer) => answer ?? []);

    expect(answers).toHaveLength(400);
    expect(Object.keys(tally(answers)).sort()).toEqual(['201', 'BUSY']);
    expect(tally(answers).BUSY).toBeGreaterThan(0);
    expect(await other.metric('coupon_intake_waiting')).toBe(0);
  });

  it('stays short too when the bound comes while it runs', async () => {
    await service.override({ ...queue, INTAKE_WORK_MS: '5', INTAKE_ENTRY_KB: '64', MAX_IN_FLIGHT: '20' });

    const bounded = tally((await surge(api.takeCoupon)).flatMap((answer) => answer ?? []));
    await service.override(null);
    await service.stack.reset?.({ ...smallFixture, COUPON_STOCK: '400' });
    const free = tally((await surge(api.takeCoupon)).flatMap((answer) => answer ?? []));

    expect(bounded.BUSY).toBeGreaterThan(0);
    expect(free).toEqual({ 201: 400 });
  });
});

describe('a consumer', () => {
  it('that is paused fetches nothing, stays in its group, and catches up', async () => {
    const members = await readMembers(kafka);
    await service.override({ ACCRUAL_PAUSED: 'on' });
    await placeOrders(20);
    await drained(service);
    await eventually(async () => (await readOffsets(kafka)).lag === 20 || undefined);

    expect(await pointEntries()).toBe(0);
    expect([members.length, await readMembers(kafka)]).toEqual([1, members]);
    await service.override(null);
    await settled(service, 20);
  });

  it('takes another concurrency while it runs, and loses nothing by it', async () => {
    const members = await readMembers(kafka);
    const placing = placeOrders(200);
    await service.override({ ACCRUAL_CONCURRENCY: '4' });
    await placing;
    await settled(service, 200);
    // Another life of the consumer: how many partitions it works on is said when it begins.
    expect([members.length, (await readMembers(kafka)).length]).toEqual([1, 1]);
    expect(await readMembers(kafka)).not.toEqual(members);

    expect(await violations({ coupons: 0, orders: 200 })).toEqual({});
  });
});

describe('settings that are overridden', () => {
  it('are those of the strategy of the next coupon, until their time is over', async () => {
    await service.override({ ISSUE_STRATEGY: 'naive', NAIVE_GAP_MS: '200' }, Date.now() + 8_000);
    const twice = await Promise.all([api.takeCoupon(1), api.takeCoupon(1)]);
    await eventually(async () => (await overrideShownAt(`${service.api}/metrics`)) === null || undefined);
    const once = await Promise.all([api.takeCoupon(2), api.takeCoupon(2)]);

    expect(tally(twice)).toEqual({ 201: 2 });
    expect(tally(once)).toEqual({ 201: 1, ALREADY_ISSUED: 1 });
  });

  it('are in force in a process that was started again', async () => {
    await service.override({ ACCRUAL_PAUSED: 'on' });
    const url = service.stack.endpoints.metricsUrls.worker ?? '';
    const id = await overrideShownAt(url);
    await killWorker();

    expect(await overrideShownAt(url)).toBe(id);
    await placeOrders(5);
    await drained(service);
    expect(await pointEntries()).toBe(0);
    await service.override(null);
    await settled(service, 5);
  });
});

describe('a slow boot', () => {
  it('waits before it listens', async () => {
    const from = performance.now();
    await shop({ BOOT_DELAY_MS: '4000' });

    expect(performance.now() - from).toBeGreaterThan(4_000);
  });
});
