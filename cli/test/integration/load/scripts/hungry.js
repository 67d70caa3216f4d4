// Keeps all that it ever made: 32 MB more in each iteration.

import http from 'k6/http';

export const options = {
  scenarios: { main: { executor: 'constant-vus', vus: 2, duration: '20s' } },
  ext: { loadkit: {} },
};

const kept = [];

export default function () {
  http.get(__ENV.BASE_URL);
  kept.push(new Uint8Array(32 * 1024 * 1024).fill(1));
}
