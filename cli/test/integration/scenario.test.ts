import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeAnswerLine } from '../../src/load/answer-lines.ts';
import { decodeExtension } from '../../src/load/scenario-extension.ts';
import { findK6, inspectScenario, runScenario } from './scenario-k6.ts';
import { type Received, type ScenarioTarget, startTarget, type TargetAnswer } from './scenario-target.ts';

const k6 = findK6() ?? '';
if (k6 === '') console.warn('미실시: scenarios, k6 is not installed (loadkit setup)');

const orderSchema = z.object({
  userId: z.int(),
  items: z.array(z.object({ productId: z.int(), quantity: z.int() })),
});

let target: ScenarioTarget | null = null;
afterEach(async () => {
  await target?.close();
  target = null;
});

const created: TargetAnswer = { status: 201, body: '{"orderId":"1"}' };

/** `{"userId":…}` of the path, as the service answers. */
function issued({ path }: Received): TargetAnswer {
  return { status: 201, body: JSON.stringify({ userId: path.split('/').at(-1) }) };
}

async function listen(answer: (request: Received) => TargetAnswer): Promise<string> {
  target = await startTarget(answer);
  return target.baseUrl;
}

function received(): readonly Received[] {
  return target?.received ?? [];
}

describe.skipIf(k6 === '')('scenarios under real k6', () => {
  test.each([
    ['coupon', 'issue_coupon', 'POST /api/coupons/{userId}'],
    ['order', 'create_order', 'POST /api/orders'],
  ])(
    '%s is inspected with its default shape, its thresholds and an extension that we can decode',
    async (name, endpoint, label) => {
      const { options } = await inspectScenario(k6, name, {});
      expect(options).toMatchObject({
        scenarios: { [name]: { executor: 'constant-vus', vus: 100, duration: '1m0s' } },
        thresholds: {
          [`http_req_failed{name:${endpoint}}`]: ['rate<0.01'],
          [`http_req_duration{name:${endpoint},expected_response:true}`]: [],
        },
      });
      const extension = decodeExtension(options?.ext, `${name}.ts`);
      expect(extension.service).toBe('../reference-service');
      expect(extension.endpoints).toEqual({ [endpoint]: label });
      expect(extension.thresholds.mysql_deadlocks).toEqual(['count==0']);
    },
  );

  test.each(['smoke', 'load', 'open', 'stress', 'spike', 'soak', 'warmup'])(
    'every scenario has the profile %s, and k6 takes its thresholds',
    async (profile) => {
      for (const name of ['coupon', 'order', 'checkout']) {
        expect((await inspectScenario(k6, name, { LOADKIT_PROFILE: profile })).exitCode).toBe(0);
      }
    },
  );

  test('a wrong value ends k6 with a message that names key, expectation and value', async () => {
    const { exitCode, output } = await inspectScenario(k6, 'order', { HOT_PRODUCTS: '5000' });
    expect(exitCode).toBe(107);
    expect(output).toContain('HOT_PRODUCTS: expected a whole number from 1 to 1000, found \\"5000\\"');
  });

  test('the same seed asks for the same users and baskets, another seed for others', async () => {
    const orders: string[][] = [];
    for (const SEED of ['5', '5', '6']) {
      const BASE_URL = await listen(() => created);
      const shape = { DOUBLE_CLICK: '0', LOADKIT_ITERATIONS: '60', LOADKIT_VUS: '6', THINK_MAX: '0' };
      await runScenario(k6, 'order', { BASE_URL, SEED, ...shape });
      orders.push(
        received()
          .map(({ body }) => body)
          .sort(),
      );
      await target?.close();
    }
    expect(orders[0]).toHaveLength(60);
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).not.toEqual(orders[0]);
  });

  test('an order has one to three different products, one or two of each, and a key that no other order has', async () => {
    const BASE_URL = await listen(() => created);
    const shape = { DOUBLE_CLICK: '0', LOADKIT_ITERATIONS: '300', LOADKIT_VUS: '10', THINK_MAX: '0' };
    await runScenario(k6, 'order', { BASE_URL, HOT_PRODUCTS: '3', ...shape });
    await runScenario(k6, 'order', { BASE_URL, HOT_PRODUCTS: '3', ...shape });
    expect(new Set(received().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(600);

    const sizes = new Set<number>();
    const orders = new Set<string>();
    for (const { body } of received()) {
      const { items } = orderSchema.parse(JSON.parse(body));
      const ids = items.map(({ productId }) => productId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => id >= 1 && id <= 3)).toBe(true);
      expect(items.every(({ quantity }) => quantity === 1 || quantity === 2)).toBe(true);
      sizes.add(ids.length);
      if (ids.length === 2) orders.add(ids.join());
    }
    expect([...sizes].sort()).toEqual([1, 2, 3]);
    // Both orders of every pair: what a deadlock needs.
    expect(orders.size).toBe(6);
  });

  test('says whose each answer was, right or not, only where it is asked', async () => {
    const BASE_URL = await listen((request) =>
      request.path.endsWith('7') ? { status: 503, body: '{}' } : issued(request),
    );
    const shape = { BASE_URL, DOUBLE_CLICK: '0.5', LOADKIT_ITERATIONS: '60', LOADKIT_VUS: '4', THINK_MAX: '0' };
    const asked = await runScenario(k6, 'coupon', { ...shape, LOADKIT_ANSWERS: '1' });
    const told = asked.output.split('\n').flatMap((line) => decodeAnswerLine(line) ?? []);
    const userOf = ({ path }: Received) => path.split('/').at(-1) ?? '';
    expect(told.map(({ user }) => user).sort()).toEqual(received().map(userOf).sort());
    expect(told.every(({ user, isGood }) => isGood !== user.endsWith('7'))).toBe(true);
    expect(told.some(({ isGood }) => !isGood)).toBe(true);

    expect((await runScenario(k6, 'coupon', shape)).output).not.toContain('loadkit-answer');
  });

  test('a double click asks twice for the same user, and the iteration still splits into HTTP and think time', async () => {
    const BASE_URL = await listen((request) => ({ ...issued(request), after: 20 }));
    const { summary, exitCode } = await runScenario(k6, 'coupon', {
      BASE_URL,
      DOUBLE_CLICK: '1',
      LOADKIT_ITERATIONS: '40',
      LOADKIT_VUS: '4',
      THINK_MAX: '0.05',
    });
    expect(exitCode).toBe(0);
    expect(received()).toHaveLength(80);
    const asked = new Map<string, number>();
    for (const { path } of received()) asked.set(path, (asked.get(path) ?? 0) + 1);
    expect([...asked.values()].every((count) => count % 2 === 0)).toBe(true);

    const { iteration_duration: iteration, http_wall_time: http, think_time: thought } = summary;
    expect(http?.avg).toBeGreaterThanOrEqual(20);
    expect((http?.avg ?? 0) + (thought?.avg ?? 0)).toBeLessThanOrEqual(iteration?.avg ?? 0);
  });

  test.each([
    ['made once and told again is right', (first: boolean) => ({ status: first ? 201 : 200, orderId: 'a' }), 0],
    ['made twice breaks the run', (first: boolean) => ({ status: 201, orderId: first ? 'a' : 'b' }), 20],
    ['told again as another order breaks it too', (first: boolean) => ({ status: 200, orderId: String(first) }), 20],
  ])('an order that is clicked twice has one key for both: %s', async (_what, answer, bad) => {
    const seen = new Set<string>();
    const BASE_URL = await listen(({ idempotencyKey }) => {
      const { status, orderId } = answer(!seen.has(idempotencyKey));
      seen.add(idempotencyKey);
      return { status, body: JSON.stringify({ orderId }) };
    });
    const shape = { DOUBLE_CLICK: '1', LOADKIT_ITERATIONS: '10', LOADKIT_VUS: '2', THINK_MAX: '0' };
    const { summary, exitCode } = await runScenario(k6, 'order', { BASE_URL, ...shape });
    expect(exitCode).toBe(bad === 0 ? 0 : 99);
    expect(seen.size).toBe(10);
    expect(summary.bad_answers).toMatchObject({ passes: bad, fails: 20 - bad });
  });

  test('409 and 410 are right answers, a 503 is a failure', async () => {
    const answers = [
      { status: 409, body: '{"code":"ALREADY_ISSUED"}' },
      { status: 410, body: '{"code":"SOLD_OUT"}' },
      { status: 409, body: '{"code":"ALREADY_ISSUED"}' },
      { status: 503, body: '{"code":"BUSY"}' },
    ];
    const BASE_URL = await listen(() => answers[(received().length - 1) % 4] ?? created);
    const shape = { DOUBLE_CLICK: '0', LOADKIT_ITERATIONS: '100', LOADKIT_VUS: '1', THINK_MAX: '0' };
    const { summary, exitCode } = await runScenario(k6, 'coupon', { BASE_URL, ...shape });
    expect(exitCode).toBe(99);
    expect(summary['http_req_failed{name:issue_coupon}']).toMatchObject({ passes: 25, fails: 75 });
    expect(summary['http_reqs{name:issue_coupon}']).toMatchObject({ count: 100 });
    expect(summary.bad_answers).toMatchObject({ passes: 0, fails: 100 });
  });

  test.each([
    ['an error in the body of a 200', 'coupon', { status: 200, body: '{"error":"database is gone"}' }],
    ['a body that is not JSON', 'coupon', { status: 201, body: '<html>' }],
    ['a coupon of somebody else', 'coupon', { status: 201, body: '{"userId":"0"}' }],
    ['a key of an order that nobody used', 'order', { status: 409, body: '{"code":"IDEMPOTENCY_KEY_REUSED"}' }],
  ])('%s breaks the run although its status is right', async (_what, name, answer) => {
    const BASE_URL = await listen(() => answer);
    const shape = { LOADKIT_ITERATIONS: '10', LOADKIT_VUS: '1', THINK_MAX: '0', DOUBLE_CLICK: '0' };
    const { summary, exitCode } = await runScenario(k6, name, { BASE_URL, ...shape });
    expect(exitCode).toBe(99);
    expect(summary.bad_answers).toMatchObject({ passes: 10, fails: 0 });
    expect(summary.http_req_failed).toMatchObject({ passes: 0, fails: 10 });
  });

  test('an open load that its users cannot carry drops arrivals and breaks its threshold', async () => {
    const BASE_URL = await listen(() => ({ ...created, after: 300 }));
    const { summary, exitCode } = await runScenario(k6, 'order', {
      BASE_URL,
      LOADKIT_PROFILE: 'open',
      LOADKIT_RATE: '50',
      LOADKIT_VUS: '3',
      LOADKIT_DURATION: '2s',
    });
    expect(exitCode).toBe(99);
    expect(summary.dropped_iterations?.count).toBeGreaterThan(0);
    expect((summary.iterations?.count ?? 0) + (summary.dropped_iterations?.count ?? 0)).toBeGreaterThanOrEqual(99);
    expect(summary.think_time?.max).toBe(0);
  });

  test('a service that is not there is a failure of every request, not of the script', async () => {
    const BASE_URL = await listen(() => created);
    await target?.close();
    const shape = { DOUBLE_CLICK: '0', LOADKIT_ITERATIONS: '5', THINK_MAX: '0' };
    const { summary, exitCode } = await runScenario(k6, 'order', { BASE_URL, ...shape });
    expect(exitCode).toBe(99);
    expect(summary.http_req_failed).toMatchObject({ passes: 5, fails: 0 });
  });
});
