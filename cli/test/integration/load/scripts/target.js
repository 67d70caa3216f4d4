// What the load driver's tests send: closed or open, to a path of the target server.

import { check, group, sleep } from 'k6';
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const { BASE_URL, TARGET_PATH, THINK, LOADKIT_PROFILE, LOADKIT_VUS, LOADKIT_DURATION, LOADKIT_RATE } = __ENV;

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }, 409));

const units = new Counter('units');
const level = new Gauge('level');
const charge = new Trend('charge');
// Declared with a threshold and never set: k6 prints zeros for them.
new Counter('unset_counter');
new Gauge('unset_gauge');
new Rate('unset_rate');
new Trend('unset_trend');

const open = {
  executor: 'constant-arrival-rate',
  rate: Number(LOADKIT_RATE),
  duration: LOADKIT_DURATION,
  preAllocatedVUs: 20,
  maxVUs: 40,
};
const closed = {
  executor: 'constant-vus',
  vus: Number(LOADKIT_VUS),
  duration: LOADKIT_DURATION,
  gracefulStop: '2s',
};

export const options = {
  scenarios: { main: LOADKIT_PROFILE === 'open' ? open : closed },
  thresholds: {
    'http_req_duration{name:item}': ['p(95)<5000', { threshold: 'max<5000', abortOnFail: false }],
    'http_req_duration{name:nobody}': ['p(95)<5000'],
    'checks{check:answered}': [`rate>=${__ENV.CHECK_RATE || 0}`],
    'group_duration{group:::shop}': ['max<5000'],
    unset_counter: ['count==0'],
    unset_gauge: ['value==0'],
    unset_rate: ['rate==0'],
    unset_trend: ['max==0'],
  },
  ext: { loadkit: { endpoints: { item: 'GET /item' }, thresholds: { mysql_deadlocks: ['count==0'] } } },
};

export default function () {
  group('shop', () => {
    const response = http.get(`${BASE_URL}${TARGET_PATH}`, { tags: { name: 'item' }, timeout: '2s' });
    check(response, { answered: ({ status }) => status > 0 });
  });
  units.add(2);
  level.add(7);
  charge.add(-1);
  if (LOADKIT_PROFILE !== 'open') sleep(Math.random() * Number(THINK));
}
