import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

let service: RunningService;
let api: ReturnType<typeof customer>;

beforeAll(async () => {
  service = await startService();
  api = customer(service.api);
}, 600_000);

afterAll(async () => service?.close());

/** For tests that count: a second each, which the others save. */
async function fresh(changes: Record<string, string> = {}): Promise<void> {
  await drained(service);
  await service.stack.reset?.({ ...smallFixture, ...changes });
}

const oneProduct = { userId: 3, items: [{ productId: 7, quantity: 2 }] };

describe('taking a coupon', () => {
  it('works once for each user, and shows what he holds', async () => {
    await fresh();
    const first = await api.takeCoupon(5);
    const second = await api.takeCoupon(5);

    expect(first).toMatchObject({ status: 201, body: { campaignId: 1, userId: 5 } });
    expect(second).toMatchObject({ status: 409, code: 'ALREADY_ISSUED' });
    expect((await api.get('/api/coupons/5')).body).toMatchObject({ coupons: [{ campaignId: 1 }] });
    await eventually(async () => {
      const held = JSON.stringify((await api.get('/api/coupons/5')).body.coupons);
      return held.includes('"recorded":true') || undefined;
    });
    expect((await api.get('/api/coupons/6')).body).toEqual({ userId: 6, coupons: [] });
  });

  it.each([
    ['a user who is no number', 'me', {}, 400, 'INVALID_REQUEST'],
    ['a body that is no JSON', 1, '{"campaignId":', 400, 'INVALID_REQUEST'],
    ['a campaign of the wrong type', 1, { campaignId: '1' }, 400, 'INVALID_REQUEST'],
    ['an unknown field', 1, { campaign: 1 }, 400, 'INVALID_REQUEST'],
    ['an unknown campaign', 1, { campaignId: 99 }, 404, 'CAMPAIGN_NOT_FOUND'],
  ])('refuses %s', async (_, user, body, status, code) => {
    const answer = await api.takeCoupon(user, body);

    expect(answer).toMatchObject({ status, code });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('gives out exactly the stock, however many come at once, and says "already" before "sold out"', async () => {
    await fresh();
    const answers = await inParallel(600, 60, (index) => api.takeCoupon(1 + (index % 300)));

    expect(tally(answers)).toMatchObject({ 201: 200 });
    expect((tally(answers).ALREADY_ISSUED ?? 0) + (tally(answers).SOLD_OUT ?? 0)).toBe(400);
    const holders = answers.filter(({ status }) => status === 201).map(({ body }) => Number(body.userId));
    expect(tally(await inParallel(200, 20, (index) => api.takeCoupon(holders[index] ?? 0)))).toEqual({
      ALREADY_ISSUED: 200,
    });
    await drained(service);
    expect(violated(await verify(service.stack, { coupons: 200, orders: 0 }))).toEqual([]);
  });

  it('oversells and doubles when it is naive, and the invariants say so', async () => {
    await fresh();
    const naive = await service.startAnother({ ISSUE_STRATEGY: 'naive' });
    const shop = customer(naive.url);

    const answers = await inParallel(600, 60, (index) => shop.takeCoupon(1 + Math.floor(index / 2)));
    await naive.process.stop({ graceMs: 5_000 });
    await drained(service);

    const coupons = tally(answers)['201'] ?? 0;
    expect(coupons).toBeGreaterThan(200);
    const ids = (await verify(service.stack, { coupons, orders: 0 })).filter(({ outcome }) => outcome === 'violated');
    expect(ids.map(({ id }) => id)).toEqual(expect.arrayContaining(['over-issue', 'duplicate-issue']));
  });
});

describe('placing an order', () => {
  it('is done once for each key', async () => {
    const created = await api.order('k-1', oneProduct);
    const replayed = await api.order('k-1', oneProduct);
    const reused = await api.order('k-1', { ...oneProduct, userId: 4 });

    expect(created.status).toBe(201);
    expect(replayed).toMatchObject({ status: 200, body: created.body });
    expect(reused).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await api.get(`/api/orders/${String(created.body.orderId)}`)).body).toEqual(created.body);
  });

  it('is done once also when the same key comes ten times at the same moment', async () => {
    const answers = await inParallel(10, 10, () => api.order('k-2', oneProduct));

    expect(tally(answers)).toEqual({ 201: 1, 200: 9 });
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
  });

  it('earns points through Kafka', async () => {
    await fresh();
    const { body } = await api.order('k-3', oneProduct);
    await settled(service, 1);

    const points = Math.floor(Number(body.amount) / 100);
    expect((await api.get('/api/points/3')).body).toMatchObject({
      balance: points,
      entries: [{ orderId: body.orderId, points }],
    });
    expect((await api.get('/api/points/4')).body).toEqual({ userId: 4, balance: 0, entries: [] });
  });

  it.each([
    ['no key', null, oneProduct, 400, 'INVALID_REQUEST'],
    ['a key with a blank', 'a key', oneProduct, 400, 'INVALID_REQUEST'],
    ['no items', 'k', { userId: 3, items: [] }, 400, 'INVALID_REQUEST'],
    ['a quantity of 0', 'k', { userId: 3, items: [{ productId: 1, quantity: 0 }] }, 400, 'INVALID_REQUEST'],
    [
      'a product that is not there',
      'k',
      { userId: 3, items: [{ productId: 51, quantity: 1 }] },
      404,
      'PRODUCT_NOT_FOUND',
    ],
  ])('refuses %s', async (_, key, body, status, code) => {
    expect(await api.order(key, body)).toMatchObject({ status, code });
  });

  it('that is not there cannot be read', async () => {
    expect(await api.get('/api/orders/01900000-0000-7000-8000-000000000000')).toMatchObject({ status: 404 });
    expect(await api.get('/api/orders/1')).toMatchObject({ status: 400 });
  });

  it('sells what there is and not a piece more; the last buyer still gets his replay', async () => {
    await fresh({ PRODUCT_STOCK: '20' });
    const two = {
      userId: 1,
      items: [
        { productId: 1, quantity: 1 },
        { productId: 2, quantity: 1 },
      ],
    };

    const answers = await inParallel(50, 25, (index) => api.order(`k-${index}`, two));

    expect(tally(answers)).toEqual({ 201: 20, OUT_OF_STOCK: 30 });
    const replays = await inParallel(50, 25, (index) => api.order(`k-${index}`, two));
    expect(tally(replays)).toEqual({ 200: 20, OUT_OF_STOCK: 30 });
    await settled(service, 20);
    expect(violated(await verify(service.stack, { coupons: 0, orders: 20 }))).toEqual([]);
  });

  it('meets no deadlock when sorted, and many in the order of the request', async () => {
    await fresh();
    const hot = (index: number) => {
      const ids = [1, 2, 3, 4, 5];
      const from = index % 5;
      const items = [...ids.slice(from), ...ids.slice(0, from)].map((productId) => ({ productId, quantity: 1 }));
      return { userId: 1 + (index % 100), items: index % 2 === 0 ? items : items.toReversed() };
    };
    const unsorted = await service.startAnother({ ORDER_LOCKING: 'request-order' });

    const calm = await inParallel(200, 20, (index) => api.order(`s-${index}`, hot(index)));
    const before = await deadlocks();
    const rough = await inParallel(200, 20, (index) => customer(unsorted.url).order(`r-${index}`, hot(index)));
    const after = await deadlocks();
    await unsorted.process.stop({ graceMs: 5_000 });

    expect([tally(calm), before]).toEqual([{ 201: 200 }, 0]);
    expect(after).toBeGreaterThan(0);
    const orders = 200 + (tally(rough)['201'] ?? 0);
    expect(200 - (tally(rough).DEADLOCK ?? 0)).toBe(orders - 200);
    await settled(service, orders);
    expect(violated(await verify(service.stack, { coupons: 0, orders }))).toEqual([]);
  });
});

async function deadlocks(): Promise<number> {
  const connection = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
  try {
    const [rows] = await connection.query(
      "SELECT COUNT AS deadlocks FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks'",
    );
    return Number(/\d+/.exec(JSON.stringify(rows))?.[0]);
  } finally {
    await connection.end();
  }
}

describe('what the service says of itself', () => {
  it('is its API, its metrics and its health', async () => {
    const paths = (await api.get('/openapi.json')).body.paths;
    await api.takeCoupon(1);
    const metrics = await (await fetch(`${service.api}/metrics`)).text();

    expect(Object.keys(Object(paths))).toEqual(
      expect.arrayContaining(['/api/coupons/{userId}', '/api/orders', '/api/orders/{orderId}', '/api/points/{userId}']),
    );
    for (const name of [
      'http_request_duration_seconds_count{',
      'mysql_pool_waiting ',
      'nodejs_eventloop_utilization_ratio ',
      'nodejs_gc_duration_seconds_count{',
    ]) {
      expect(metrics).toContain(name);
    }
    expect(await api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { checks: { redis: 'ok', mysql: 'ok' } },
    });
  });
});
