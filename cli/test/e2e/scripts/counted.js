import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Trend } from 'k6/metrics';

// A thousand iterations, and in each a value that the test knows: 100 … 149 in turn.
const known = new Trend('known');
const even = new Counter('even');
const never = new Counter('never');
const level = new Gauge('level');

const limit = __ENV.LIMIT ?? 'med<130';

export const options = {
  scenarios: { counted: { executor: 'shared-iterations', vus: 5, iterations: 1000, maxDuration: '60s' } },
  thresholds: {
    http_reqs: ['count==1000'],
    'http_reqs{name:even}': ['count==500'],
    http_req_duration: ['p(95)<10000', 'max<10000'],
    http_req_failed: ['rate==0'],
    checks: ['rate==1'],
    known: ['avg==124.5', 'min==100', 'max==149', 'p(90)<146', limit],
    even: ['count==500'],
    never: ['count==0'],
    level: ['value==7'],
  },
};

export default function () {
  const i = exec.scenario.iterationInTest;
  const answer = http.get(`${__ENV.TARGET}/`, { tags: { name: i % 2 === 0 ? 'even' : 'odd' } });
  check(answer, { answered: ({ status }) => status === 200 });
  known.add(100 + (i % 50));
  if (i % 2 === 0) even.add(1);
  if (i < 0) never.add(1);
  level.add(7);
}

export function handleSummary() {
  return { stdout: 'the summary of the script\n' };
}
