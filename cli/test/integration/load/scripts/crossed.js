import http from 'k6/http';

export const options = { vus: 1, iterations: 5, thresholds: { http_reqs: ['count<5', 'count<6'] } };

export default function () {
  http.get(__ENV.BASE_URL);
}
