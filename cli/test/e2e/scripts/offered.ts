// Written for loadkit, without a service of its own: so many requests a second to a path of whatever is at BASE_URL.
import http from 'k6/http';

const {
  BASE_URL,
  ASKED = '/',
  RATE = '50',
  MAX_VUS = '50',
  LASTS = '6s',
  DROPPED,
  EAT,
  GATE,
  EVERY_URL_ITS_OWN,
} = __ENV;

const eaten: Float64Array[] = [];
let count = 0;

export const options = {
  scenarios: {
    offered: {
      executor: 'constant-arrival-rate',
      rate: Number(RATE),
      duration: LASTS,
      preAllocatedVUs: Math.min(20, Number(MAX_VUS)),
      maxVUs: Number(MAX_VUS),
      gracefulStop: '3s',
    },
  },
  thresholds: {
    http_reqs: ['count>0'],
    ...(DROPPED === undefined ? {} : { dropped_iterations: [DROPPED] }),
  },
  ext: {
    loadkit: {
      endpoints: { item: 'GET /item' },
      thresholds: GATE === undefined ? {} : { [GATE.split(' ')[0] ?? '']: [GATE.split(' ')[1] ?? ''] },
    },
  },
};

export default function offered() {
  count += 1;
  if (EAT !== undefined) eaten.push(new Float64Array(Number(EAT) * 131_072).fill(1));
  const url = `${BASE_URL}${ASKED}`;
  if (EVERY_URL_ITS_OWN === undefined) http.get(url, { tags: { name: 'item' }, timeout: '5s' });
  else http.get(`${url}?n=${__VU}-${count}`, { timeout: '5s' });
}
