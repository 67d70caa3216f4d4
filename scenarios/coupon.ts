/**
 * First-come-first-served coupons: random users ask for one, a few of them click twice at once.
 *
 * The pool of users is larger than the stock, so that a full run sees every outcome: issued (201), already issued
 * (409), and in the second half sold out (410).
 *
 *   USERS         users to draw from                           20000
 *   DOUBLE_CLICK  share of iterations that ask twice at once   0.01
 *   THINK_MAX     longest wait between two clicks, seconds     0.4 (profile load)
 *   SEED          the same seed gives the same users and waits   1
 *   BASE_URL      the service                                  http://127.0.0.1:8080
 *
 * Profiles and what changes them: `lib/profile.ts`.
 */
import { scenario } from 'k6/execution';
import type { Options } from 'k6/options';
import { baseUrl, fraction, whole } from './lib/parameters.ts';
import { readLoadShape } from './lib/profile.ts';
import { randomOf } from './lib/random.ts';
import { type Answer, post, postAtOnce } from './lib/request.ts';
import { think } from './lib/think.ts';

const users = whole(__ENV, 'USERS', 20_000, { min: 1, max: 10_000_000 });
const doubleClick = fraction(__ENV, 'DOUBLE_CLICK', 0.01, { min: 0, max: 1 });
const seed = whole(__ENV, 'SEED', 1, { min: 0, max: Number.MAX_SAFE_INTEGER });
const service = baseUrl(__ENV);
const shape = readLoadShape(__ENV, { thinkMax: 0.4, rate: 500 });

export const options: Options = {
  scenarios: { coupon: shape.scenario },
  thresholds: {
    'http_req_duration{name:issue_coupon}': ['p(95)<100', 'p(99)<300'],
    'http_req_failed{name:issue_coupon}': ['rate<0.01'],
    bad_answers: ['rate==0'],
    ...shape.thresholds,
    // No gates: k6's summary gets exact figures of these.
    'http_req_duration{name:issue_coupon,expected_response:true}': [],
    'http_reqs{name:issue_coupon}': [],
  },
  ext: {
    loadkit: {
      service: '../reference-service',
      endpoints: { issue_coupon: 'POST /api/coupons/{userId}' },
      fixture: { USERS: String(users) },
      thresholds: {
        redis_ping_ms: ['max<500'],
        'redis_stream_lag{group:coupon-writer}': ['last==0'],
        mysql_deadlocks: ['count==0'],
      },
    },
  },
};

export default function coupon(): void {
  const random = randomOf(seed, scenario.iterationInTest);
  const userId = random.integer(1, users);
  const request = {
    name: 'issue_coupon',
    url: `${service}/api/coupons/${userId}`,
    body: {},
    fits: (status: number, answer: Answer) => fits(status, answer, userId),
  };

  if (random.next() < doubleClick) postAtOnce(request, 2);
  else post(request);
  think(shape.thinkMax, random);
}

function fits(status: number, answer: Answer, userId: number): boolean {
  if (status === 409) return answer.code === 'ALREADY_ISSUED';
  if (status === 410) return answer.code === 'SOLD_OUT';
  return status === 201 && String(answer.userId) === String(userId);
}
