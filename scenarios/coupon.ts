/**
 * First-come-first-served coupons: random users ask for one, a few of them click twice at once.
 *
 * The pool of users is larger than the stock, so that a full run sees every outcome: issued (201), already issued
 * (409), and in the second half sold out (410). Profiles stress, spike and soak have as many users and coupons as
 * arrivals, so that they do not sell out and then measure refusals.
 *
 *   USERS         users to draw from                           20000 (stress, spike, soak: as many as arrivals)
 *   DOUBLE_CLICK  share of iterations that ask twice at once   0.01
 *   THINK_MAX     longest wait between two clicks, seconds     0.4 (profile load)
 *   SEED          the same seed gives the same users and waits   1
 *   BASE_URL      the service                                  http://127.0.0.1:8080
 *
 * Profiles and what changes them: `lib/profile.ts`.
 */
import type { Options } from 'k6/options';
import { couponFixture, readUsers } from './lib/crowd.ts';
import { couponRequest, issueCouponLabel } from './lib/issue-coupon.ts';
import { iterationNumber } from './lib/iteration.ts';
import { baseUrl, fraction, whole } from './lib/parameters.ts';
import { readLoadShape } from './lib/profile.ts';
import { randomOf } from './lib/random.ts';
import { post, postAtOnce } from './lib/request.ts';
import { thresholdsOf } from './lib/steps.ts';
import { think } from './lib/think.ts';

const shape = readLoadShape(__ENV, {
  name: 'coupon',
  thinkMax: 0.4,
  rates: { open: 500, stress: 500, spike: 200, soak: 200 },
});
const users = readUsers(__ENV, shape);
const doubleClick = fraction(__ENV, 'DOUBLE_CLICK', 0.01, { min: 0, max: 1 });
const seed = whole(__ENV, 'SEED', 1, { min: 0, max: Number.MAX_SAFE_INTEGER });
const service = baseUrl(__ENV);

export const options: Options = {
  scenarios: shape.scenarios,
  thresholds: {
    ...thresholdsOf(shape, {
      'http_req_duration{name:issue_coupon}': ['p(95)<100', 'p(99)<300'],
      'http_req_failed{name:issue_coupon}': ['rate<0.01'],
    }),
    bad_answers: ['rate==0'],
    // No gates: k6's summary gets exact figures of these.
    'http_req_duration{name:issue_coupon,expected_response:true}': [],
    'http_reqs{name:issue_coupon}': [],
  },
  ext: {
    loadkit: {
      service: '../reference-service',
      endpoints: { issue_coupon: issueCouponLabel },
      fixture: couponFixture(shape, users),
      thresholds: {
        redis_ping_ms: ['max<500'],
        'redis_stream_lag{group:coupon-writer}': ['last==0'],
        mysql_deadlocks: ['count==0'],
      },
    },
  },
};

export default function coupon(): void {
  const random = randomOf(seed, iterationNumber(shape));
  const request = couponRequest(service, random.integer(1, users));
  if (random.next() < doubleClick) postAtOnce(request, 2);
  else post(request);
  think(shape.thinkMax, random);
}
