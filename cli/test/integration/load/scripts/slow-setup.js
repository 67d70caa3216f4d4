// Waits for long in its setup and in its teardown, and sends nothing meanwhile.

import { sleep } from 'k6';
import http from 'k6/http';

export const options = { vus: 1, iterations: 1, ext: { loadkit: {} } };

export function setup() {
  sleep(8);
}

export default function () {
  http.get(__ENV.BASE_URL);
}

export function teardown() {
  sleep(6);
}
