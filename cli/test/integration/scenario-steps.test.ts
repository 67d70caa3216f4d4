import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findK6, runScenario } from './scenario-k6.ts';
import { type Received, type ScenarioTarget, startTarget, type TargetAnswer } from './scenario-target.ts';

const k6 = findK6() ?? '';
if (k6 === '') console.warn('미실시: steps of scenarios, k6 is not installed (loadkit setup)');

let target: ScenarioTarget | null = null;
afterEach(async () => {
  await target?.close();
  target = null;
});

async function listen(answer: (request: Received) => TargetAnswer): Promise<string> {
  await target?.close();
  target = await startTarget(answer);
  return target.baseUrl;
}

function received(): readonly Received[] {
  return target?.received ?? [];
}

function created({ path }: Received): TargetAnswer {
  const isOrder = path === '/api/orders';
  return { status: 201, body: JSON.stringify(isOrder ? { orderId: '1' } : { userId: path.split('/').at(-1) }) };
}

/** One request after the other, so many a second: what arrives faster has to wait, longer and longer. */
function atMost(perSecond: number): (request: Received) => TargetAnswer {
  let free = 0;
  return (request) => {
    free = Math.max(performance.now(), free) + 1_000 / perSecond;
    return { ...created(request), after: free - performance.now() };
  };
}

const rising = { LOADKIT_PROFILE: 'stress', LOADKIT_RATE: '20', LOADKIT_DURATION: '2s', STEP_FACTOR: '3' };
const steps = { ...rising, DOUBLE_CLICK: '0' };
const userOf = z.object({ userId: z.int() });

describe.skipIf(k6 === '')('a load in steps under real k6', () => {
  test('holds as far as the service does, breaks in the step that it cannot bear, and goes no further', async () => {
    const BASE_URL = await listen(atMost(100));
    const { exitCode, output, summary } = await runScenario(k6, 'order', { BASE_URL, ...steps, STEPS: '4' });
    expect(exitCode).toBe(99);
    expect(output).toContain('stopping test prematurely');

    const p95 = (step: number) => summary[`http_req_duration{name:create_order,scenario:step_${step}}`]?.['p(95)'] ?? 0;
    expect(p95(1)).toBeLessThan(200);
    expect(p95(2)).toBeLessThan(200);
    expect(p95(3)).toBeGreaterThan(200);
    // k6 looks at its thresholds every two seconds, so that the next step may just have begun.
    expect(summary['http_reqs{scenario:step_4}']?.count).toBeLessThan(540);
    expect(summary['http_reqs{scenario:step_1}']?.count).toBeGreaterThanOrEqual(40);
    expect(summary['http_reqs{scenario:step_2}']?.count).toBeGreaterThanOrEqual(120);
  });

  test('goes to its end where every step holds, and asks in no two steps for the same', async () => {
    const short = { ...steps, LOADKIT_DURATION: '1s', STEPS: '3' };
    const bodies: string[][] = [];
    for (const SEED of ['5', '5', '6']) {
      const BASE_URL = await listen(created);
      const { exitCode, summary } = await runScenario(k6, 'order', { BASE_URL, SEED, ...short });
      expect(exitCode).toBe(0);
      expect(summary['http_reqs{scenario:step_3}']?.count).toBeGreaterThanOrEqual(180);
      const keys = received().map(({ idempotencyKey }) => idempotencyKey);
      expect(new Set(keys).size).toBe(keys.length);
      // What the first step asked for does not come again in the others.
      const all = received().map(({ body }) => body);
      const repeated = all.slice(25).filter((body) => all.slice(0, 18).includes(body));
      expect(repeated.length).toBeLessThan(3);
      bodies.push(all.sort());
    }
    // k6 may start one arrival more in a step.
    const [first, again, other] = bodies.map((list) => new Set(list));
    const missing = (from: Set<string> | undefined, of: Set<string> | undefined) =>
      [...(of ?? [])].filter((body) => from?.has(body) !== true).length;
    expect(missing(first, again)).toBeLessThanOrEqual(3);
    expect(missing(first, other)).toBeGreaterThan(200);
  });

  test('a spike that the service cannot bear fails nobody but itself when the service recovers', async () => {
    const BASE_URL = await listen(atMost(100));
    const spike = { LOADKIT_PROFILE: 'spike', LOADKIT_RATE: '15', LOADKIT_DURATION: '12s' };
    const { exitCode, summary } = await runScenario(k6, 'coupon', { BASE_URL, DOUBLE_CLICK: '0', ...spike });
    expect(exitCode).toBe(0);
    const p95 = (phase: string) =>
      summary[`http_req_duration{scenario:${phase},expected_response:true}`]?.['p(95)'] ?? 0;
    expect(p95('before')).toBeLessThan(100);
    expect(p95('spike')).toBeGreaterThan(100);
    expect(p95('after')).toBeLessThan(100);
  });

  test('a service that does not recover from the spike breaks what comes after it', async () => {
    let asked = 0;
    const BASE_URL = await listen((request) => {
      asked += 1;
      return { ...created(request), after: asked > 60 ? 250 : 0 };
    });
    const spike = { LOADKIT_PROFILE: 'spike', LOADKIT_RATE: '15', LOADKIT_DURATION: '6s' };
    const { exitCode, output } = await runScenario(k6, 'coupon', { BASE_URL, DOUBLE_CLICK: '0', ...spike });
    expect(exitCode).toBe(99);
    expect(output).toMatch(/thresholds on metrics '[^']*scenario:after/);
    expect(output).not.toMatch(/thresholds on metrics '[^']*scenario:(before|spike|recovery)/);
  });
});

describe.skipIf(k6 === '')('checkout under real k6', () => {
  const visits = { LOADKIT_ITERATIONS: '200', LOADKIT_VUS: '8', THINK_MAX: '0' };

  test('a visitor takes a coupon, then orders under the same name; shares of them do one without the other', async () => {
    const BASE_URL = await listen(created);
    const { exitCode, summary } = await runScenario(k6, 'checkout', { BASE_URL, ...visits });
    expect(exitCode).toBe(0);
    const coupons = received().filter(({ path }) => path.startsWith('/api/coupons/'));
    const orders = received().filter(({ path }) => path === '/api/orders');
    expect(coupons.length + orders.length).toBe(received().length);
    expect(summary['http_reqs{name:issue_coupon}']?.count).toBe(coupons.length);
    expect(summary['http_reqs{name:create_order}']?.count).toBe(orders.length);
    // Binomial: 160 ± 4 × 5.7 and 120 ± 4 × 6.9.
    expect(coupons.length).toBeGreaterThan(137);
    expect(coupons.length).toBeLessThan(183);
    expect(orders.length).toBeGreaterThan(92);
    expect(orders.length).toBeLessThan(148);

    const takers = new Set(coupons.map(({ path }) => path.split('/').at(-1)));
    const both = orders.filter(({ body }) => takers.has(String(userOf.parse(JSON.parse(body)).userId)));
    expect(both.length).toBeGreaterThan(50);
    expect(both.length).toBeLessThan(orders.length);
  });

  test('whoever does both waits for the coupon before the order', async () => {
    const BASE_URL = await listen(created);
    const shares = { COUPON_SHARE: '1', ORDER_SHARE: '1' };
    await runScenario(k6, 'checkout', { BASE_URL, ...visits, ...shares, LOADKIT_VUS: '1', LOADKIT_ITERATIONS: '20' });
    const paths = received().map(({ path }) => path);
    expect(paths).toHaveLength(40);
    expect(paths.every((path, index) => (path === '/api/orders') === (index % 2 === 1))).toBe(true);
    for (const [index, { body, path }] of received().entries()) {
      const coupon = received()[index - 1];
      if (path === '/api/orders') expect(coupon?.path).toBe(`/api/coupons/${userOf.parse(JSON.parse(body)).userId}`);
    }
  });

  test('an API that nobody calls has neither limits nor a name in the report', async () => {
    const BASE_URL = await listen(created);
    const { exitCode, summary } = await runScenario(k6, 'checkout', { BASE_URL, ...visits, COUPON_SHARE: '0' });
    expect(exitCode).toBe(0);
    expect(Object.keys(summary).filter((key) => key.includes('issue_coupon'))).toEqual([]);
    expect(received().every(({ path }) => path === '/api/orders')).toBe(true);
  });

  test('visitors who would do nothing are refused', async () => {
    const shares = { COUPON_SHARE: '0', ORDER_SHARE: '0' };
    const { exitCode, output } = await runScenario(k6, 'checkout', { BASE_URL: 'http://127.0.0.1:9', ...shares });
    expect(exitCode).toBe(107);
    expect(output).toContain('ORDER_SHARE: expected more than 0 where COUPON_SHARE is 0');
  });
});
