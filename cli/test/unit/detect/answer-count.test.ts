import { describe, expect, it } from 'vitest';
import { countAnswers, isRouteOf } from '../../../src/detect/answer-count.ts';
import { parsePrometheusText } from '../../../src/probes/prometheus-text.ts';
import { BuiltService } from './built-service.ts';

const nothing = () => false;
const countText = (text: string, latencyMs = 300) =>
  countAnswers(parsePrometheusText(text).samples, latencyMs, nothing);

describe('the count of answers', () => {
  it('takes a correct rejection for good, and errors and slow answers for bad', () => {
    const service = new BuiltService();
    service.answer(10);
    service.answer(4, { outcome: 'rejected' });
    service.answer(3, { outcome: 'error' });
    service.answer(2, { seconds: 0.8 });
    service.answer(1, { seconds: 2, outcome: 'error' });
    service.inFlight = 6;
    expect(countAnswers(service.page(), 500, nothing)).toEqual({ good: 14, bad: 6, inFlight: 6, isExposed: true });
  });

  it('shares out the bucket in which the limit lies', () => {
    const service = new BuiltService();
    service.answer(100, { seconds: 0.4 });
    const { good, bad } = countAnswers(service.page(), 300, nothing);
    expect(good).toBeCloseTo(20);
    expect(bad).toBeCloseTo(80);
  });

  it('knows nothing of a limit beyond the last bound, and calls nothing slow then', () => {
    const service = new BuiltService();
    service.answer(5, { seconds: 30 });
    expect(countAnswers(service.page(), 20_000, nothing)).toMatchObject({ good: 5, bad: 0 });
    expect(countAnswers(service.page(), 10_000, nothing)).toMatchObject({ good: 0, bad: 5 });
  });

  it('reads a status where nobody says an outcome, and a histogram without buckets', () => {
    const name = 'http_request_duration_seconds_count';
    const text = [`${name}{status_code="200"} 7`, `${name}{status_code="404"} 2`, `${name}{status_code="503"} 1`];
    expect(countText(text.join('\n'))).toEqual({ good: 9, bad: 1, inFlight: null, isExposed: true });
  });

  it('sees that a page has no such histogram', () => {
    expect(countText('process_start_time_seconds 1')).toEqual({ good: 0, bad: 0, inFlight: null, isExposed: false });
  });
});

describe("the canary's own route", () => {
  const isCanary = isRouteOf('http://127.0.0.1:8080/api/coupons/1?campaignId=1');

  it.each(['/api/coupons/:userId', '/api/coupons/{userId}', '/api/coupons/1'])('is %s', (route) => {
    expect(isCanary({ route, method: 'GET' })).toBe(true);
  });

  it.each([
    ['/api/coupons/:userId', 'POST'],
    ['/api/orders/:orderId', 'GET'],
    ['/api/coupons', 'GET'],
    ['/api/coupons/:userId/items', 'GET'],
  ])('is not %s with %s', (route, method) => {
    expect(isCanary({ route, method })).toBe(false);
  });

  it('is none where no canary is asked', () => {
    expect(isRouteOf(null)({ route: '/', method: 'GET' })).toBe(false);
  });
});
