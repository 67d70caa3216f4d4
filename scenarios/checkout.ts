/**
 * One visit: a random user takes a coupon, looks around, then orders one to three products.
 *
 *   COUPON_SHARE  share of visitors who take a coupon              0.8
 *   ORDER_SHARE   share of visitors who order                      0.6
 *   USERS         users to draw from                               20000 (stress, spike, soak: as many as arrivals)
 *   PRODUCTS      products of the shop                             1000
 *   HOT_PRODUCTS  draw from the first N only, to make orders meet  all
 *   THINK_MAX     longest wait after an order, seconds; after a    1.9 (profile load)
 *                 coupon it is 0.4 / 1.9 of that
 *   SEED          the same seed gives the same visits and waits    1
 *   BASE_URL      the service                                      http://127.0.0.1:8080
 *
 * An arrival is a visit, not a request. Profiles and what changes them: `lib/profile.ts`.
 */
import type { Options } from 'k6/options';
import { createOrderLabel, orderRequest } from './lib/create-order.ts';
import { couponFixture, readUsers } from './lib/crowd.ts';
import { couponRequest, issueCouponLabel } from './lib/issue-coupon.ts';
import { iterationNumber } from './lib/iteration.ts';
import { baseUrl, fraction, whole, wrongValue } from './lib/parameters.ts';
import { readLoadShape } from './lib/profile.ts';
import { randomOf } from './lib/random.ts';
import { post } from './lib/request.ts';
import { thresholdsOf } from './lib/steps.ts';
import { think } from './lib/think.ts';

const orderThinkMax = 1.9;
const couponThinkShare = 0.4 / orderThinkMax;

const shape = readLoadShape(__ENV, {
  name: 'checkout',
  thinkMax: orderThinkMax,
  rates: { open: 100, stress: 100, spike: 50, soak: 50 },
});
const couponShare = fraction(__ENV, 'COUPON_SHARE', 0.8, { min: 0, max: 1 });
const orderShare = fraction(__ENV, 'ORDER_SHARE', 0.6, { min: 0, max: 1 });
if (couponShare + orderShare === 0) {
  throw wrongValue('ORDER_SHARE', 'more than 0 where COUPON_SHARE is 0: nobody would do anything', '0');
}
const users = readUsers(__ENV, shape);
const products = whole(__ENV, 'PRODUCTS', 1_000, { min: 1, max: 10_000_000 });
const hotProducts = whole(__ENV, 'HOT_PRODUCTS', products, { min: 1, max: products });
const seed = whole(__ENV, 'SEED', 1, { min: 0, max: Number.MAX_SAFE_INTEGER });
const service = baseUrl(__ENV);

// An Idempotency-Key must be new in every run, also against a service that was not reset since the last one.
const startedAt = Date.now().toString(36);

// An API that nobody calls has neither limits nor figures.
const couponLimits = {
  'http_req_duration{name:issue_coupon}': ['p(95)<100', 'p(99)<300'],
  'http_req_failed{name:issue_coupon}': ['rate<0.01'],
};
const orderLimits = {
  'http_req_duration{name:create_order}': ['p(95)<200', 'p(99)<500'],
  'http_req_failed{name:create_order}': ['rate<0.01'],
};
const couponFigures = {
  'http_req_duration{name:issue_coupon,expected_response:true}': [],
  'http_reqs{name:issue_coupon}': [],
};
const orderFigures = {
  'http_req_duration{name:create_order,expected_response:true}': [],
  'http_reqs{name:create_order}': [],
};

export const options: Options = {
  scenarios: shape.scenarios,
  thresholds: {
    ...thresholdsOf(shape, { ...(couponShare > 0 ? couponLimits : {}), ...(orderShare > 0 ? orderLimits : {}) }),
    bad_answers: ['rate==0'],
    ...(couponShare > 0 ? couponFigures : {}),
    ...(orderShare > 0 ? orderFigures : {}),
  },
  ext: {
    loadkit: {
      service: '../reference-service',
      endpoints: {
        ...(couponShare > 0 ? { issue_coupon: issueCouponLabel } : {}),
        ...(orderShare > 0 ? { create_order: createOrderLabel } : {}),
      },
      fixture: { ...couponFixture(shape, users), PRODUCTS: String(products) },
      thresholds: {
        redis_ping_ms: ['max<500'],
        'redis_stream_lag{group:coupon-writer}': ['last==0'],
        mysql_deadlocks: ['count==0'],
        outbox_pending_rows: ['last==0'],
        'kafka_consumer_lag{group:point-accrual}': ['last==0'],
      },
    },
  },
};

export default function checkout(): void {
  const iteration = iterationNumber(shape);
  const random = randomOf(seed, iteration);
  const userId = random.integer(1, users);
  const takes = random.next() < couponShare;
  const orders = random.next() < orderShare;
  if (takes) {
    post(couponRequest(service, userId));
    think(shape.thinkMax * couponThinkShare, random);
  }
  if (orders) {
    const idempotencyKey = `${startedAt}-${seed}-${iteration}`;
    post(orderRequest(service, { userId, products: hotProducts, random, idempotencyKey }));
  }
  // Who only looks around takes his time, too.
  if (orders || !takes) think(shape.thinkMax, random);
}
