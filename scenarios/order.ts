/**
 * Orders: a random user buys one to three products, one or two pieces of each.
 *
 *   USERS         users to draw from                               20000
 *   PRODUCTS      products of the shop                             1000
 *   HOT_PRODUCTS  draw from the first N only, to make orders meet  all
 *   THINK_MAX     longest wait between two orders, seconds         1.9 (profile load)
 *   SEED          the same seed gives the same baskets and waits   1
 *   BASE_URL      the service                                      http://127.0.0.1:8080
 *
 * Profiles and what changes them: `lib/profile.ts`.
 */
import { scenario } from 'k6/execution';
import type { Options } from 'k6/options';
import { baseUrl, whole } from './lib/parameters.ts';
import { readLoadShape } from './lib/profile.ts';
import { randomOf } from './lib/random.ts';
import { type Answer, post } from './lib/request.ts';
import { think } from './lib/think.ts';

const users = whole(__ENV, 'USERS', 20_000, { min: 1, max: 10_000_000 });
const products = whole(__ENV, 'PRODUCTS', 1_000, { min: 1, max: 10_000_000 });
const hotProducts = whole(__ENV, 'HOT_PRODUCTS', products, { min: 1, max: products });
const seed = whole(__ENV, 'SEED', 1, { min: 0, max: Number.MAX_SAFE_INTEGER });
const service = baseUrl(__ENV);
const shape = readLoadShape(__ENV, { thinkMax: 1.9, rate: 100 });

// An Idempotency-Key must be new in every run, also against a service that was not reset since the last one.
const startedAt = Date.now().toString(36);

export const options: Options = {
  scenarios: { order: shape.scenario },
  thresholds: {
    'http_req_duration{name:create_order}': ['p(95)<200', 'p(99)<500'],
    'http_req_failed{name:create_order}': ['rate<0.01'],
    bad_answers: ['rate==0'],
    ...shape.thresholds,
    // No gates: k6's summary gets exact figures of these.
    'http_req_duration{name:create_order,expected_response:true}': [],
    'http_reqs{name:create_order}': [],
  },
  ext: {
    loadkit: {
      service: '../reference-service',
      endpoints: { create_order: 'POST /api/orders' },
      fixture: { USERS: String(users), PRODUCTS: String(products) },
      thresholds: {
        mysql_deadlocks: ['count==0'],
        outbox_pending_rows: ['last==0'],
        'kafka_consumer_lag{group:point-accrual}': ['last==0'],
      },
    },
  },
};

export default function order(): void {
  const iteration = scenario.iterationInTest;
  const random = randomOf(seed, iteration);
  const userId = random.integer(1, users);
  const productIds = random.distinct(random.integer(1, 3), 1, hotProducts);

  post({
    name: 'create_order',
    url: `${service}/api/orders`,
    headers: { 'Idempotency-Key': `${startedAt}-${seed}-${iteration}` },
    body: { userId, items: productIds.map((productId) => ({ productId, quantity: random.integer(1, 2) })) },
    fits,
  });
  think(shape.thinkMax, random);
}

function fits(status: number, answer: Answer): boolean {
  // Every key is new here, so that a replay (200) or a key that "was used" (409) is a defect.
  if (status === 409) return answer.code === 'OUT_OF_STOCK';
  return status === 201 && answer.orderId !== undefined;
}
