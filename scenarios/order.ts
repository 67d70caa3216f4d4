/**
 * Orders: a random user buys one to three products, one or two pieces of each. A few of them click twice at once: the
 * same order under the same Idempotency-Key, which must be one order.
 *
 *   USERS         users to draw from                               20000
 *   PRODUCTS      products of the shop                             1000
 *   HOT_PRODUCTS  draw from the first N only, to make orders meet  all
 *   DOUBLE_CLICK  share of iterations that send an order twice     0.01
 *   THINK_MAX     longest wait between two orders, seconds         1.9 (profile load)
 *   SEED          the same seed gives the same baskets and waits   1
 *   BASE_URL      the service                                      http://127.0.0.1:8080
 *
 * Profiles and what changes them: `lib/profile.ts`.
 */
import type { Options } from 'k6/options';
import { createOrderLabel, orderRequest } from './lib/create-order.ts';
import { iterationNumber } from './lib/iteration.ts';
import { baseUrl, fraction, whole } from './lib/parameters.ts';
import { readLoadShape } from './lib/profile.ts';
import { randomOf } from './lib/random.ts';
import { post, postAtOnce } from './lib/request.ts';
import { thresholdsOf } from './lib/steps.ts';
import { think } from './lib/think.ts';

const shape = readLoadShape(__ENV, {
  name: 'order',
  thinkMax: 1.9,
  rates: { open: 100, stress: 100, spike: 50, soak: 50 },
});
const users = whole(__ENV, 'USERS', 20_000, { min: 1, max: 10_000_000 });
const products = whole(__ENV, 'PRODUCTS', 1_000, { min: 1, max: 10_000_000 });
const hotProducts = whole(__ENV, 'HOT_PRODUCTS', products, { min: 1, max: products });
const doubleClick = fraction(__ENV, 'DOUBLE_CLICK', 0.01, { min: 0, max: 1 });
const seed = whole(__ENV, 'SEED', 1, { min: 0, max: Number.MAX_SAFE_INTEGER });
const service = baseUrl(__ENV);

// An Idempotency-Key must be new in every run, also against a service that was not reset since the last one.
const startedAt = Date.now().toString(36);

export const options: Options = {
  scenarios: shape.scenarios,
  thresholds: {
    ...thresholdsOf(shape, {
      'http_req_duration{name:create_order}': ['p(95)<200', 'p(99)<500'],
      'http_req_failed{name:create_order}': ['rate<0.01'],
    }),
    bad_answers: ['rate==0'],
    // No gates: k6's summary gets exact figures of these.
    'http_req_duration{name:create_order,expected_response:true}': [],
    'http_reqs{name:create_order}': [],
  },
  ext: {
    loadkit: {
      service: '../reference-service',
      endpoints: { create_order: createOrderLabel },
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
  const iteration = iterationNumber(shape);
  const random = randomOf(seed, iteration);
  const userId = random.integer(1, users);
  const idempotencyKey = `${startedAt}-${seed}-${iteration}`;
  const request = orderRequest(service, { userId, products: hotProducts, random, idempotencyKey });
  if (random.next() < doubleClick) postAtOnce(request, 2);
  else post(request);
  think(shape.thinkMax, random);
}
