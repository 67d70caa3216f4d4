// A threshold that no service can hold.
import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '3s',
  thresholds: { 'http_req_duration{name:issue_coupon}': ['p(95)<0.001'] },
  ext: {
    loadkit: { service: '../../../../reference-service', endpoints: { issue_coupon: 'POST /api/coupons/{userId}' } },
  },
};

http.setResponseCallback(http.expectedStatuses(201, 409, 410));

export default function strict() {
  const user = 1 + Math.floor(Math.random() * 20_000);
  http.post(`${__ENV.BASE_URL}/api/coupons/${user}`, '{}', {
    headers: { 'content-type': 'application/json' },
    tags: { name: 'issue_coupon' },
  });
}
