import http from 'k6/http';

export const options = { vus: 1, iterations: 1 };

export function setup() {
  http.get(__ENV.BASE_URL);
  throw new Error('no campaign to load');
}

export default function () {}
