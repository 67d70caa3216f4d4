import { expect, test } from 'vitest';
import { parseK6Summary, readK6Summary, thresholdsOf } from '../../../src/load/k6-summary.ts';

const never = () => false;
const always = () => true;

function exported(metrics: Record<string, unknown>): string {
  return JSON.stringify({ metrics, root_group: {} });
}

test('k6’s inverted threshold results are turned round', () => {
  const text = exported({ http_reqs: { count: 9, rate: 3, thresholds: { 'count<5': true, 'count<10': false } } });
  const summary = parseK6Summary(text, always);

  expect(summary?.metrics.http_reqs).toEqual({ count: 9, rate: 3 });
  expect(thresholdsOf({ thresholds: { http_reqs: ['count<5', { threshold: 'count<10' }] } }, summary)).toEqual([
    { metric: 'http_reqs', expression: 'count<5', held: false },
    { metric: 'http_reqs', expression: 'count<10', held: true },
  ]);
});

test('a threshold is listed without a result when k6 left none', () => {
  const options = { thresholds: { checks: ['rate>0.9'], 'http_reqs{name:x}': [] } };
  expect(thresholdsOf(options, null)).toEqual([{ metric: 'checks', expression: 'rate>0.9', held: null }]);
  expect(thresholdsOf({ thresholds: null }, null)).toEqual([]);
});

test('trends and rates without samples are left out, a counter of zero stays', () => {
  const summary = parseK6Summary(
    exported({
      silent_trend: { avg: 0, min: 0, max: 0, 'p(95)': 0, count: 0, thresholds: { 'avg<1': false } },
      silent_rate: { passes: 0, fails: 0, value: 0 },
      dropped_iterations: { count: 0, rate: 0 },
      all_failed: { passes: 0, fails: 4, value: 0 },
    }),
    never,
  );
  expect(summary?.metrics).toEqual({
    dropped_iterations: { count: 0, rate: 0 },
    all_failed: { passes: 0, fails: 4, value: 0, rate: 0 },
  });
  expect(summary?.held).toEqual({ silent_trend: { 'avg<1': true } });
});

test('a gauge of zero counts only when the series saw it', () => {
  const text = exported({ 'queue{name:a}': { value: 0, min: 0, max: 0 } });
  expect(parseK6Summary(text, (key) => key === 'queue{name:a}')?.metrics).toHaveProperty(['queue{name:a}']);
  expect(parseK6Summary(text, never)?.metrics).toEqual({});
});

test.each([['{"metrics": {"http_reqs"'], [''], ['[]'], ['{"metrics": 4}']])(
  'a broken summary is no summary: %s',
  (text) => {
    expect(parseK6Summary(text, always)).toBeNull();
  },
);

test('a summary that is not there is no summary', async () => {
  expect(await readK6Summary('/nonexistent/summary.json', always)).toBeNull();
});

test('a trend whose script wants no count is left out only when the series saw nothing under its tags', () => {
  const text = exported({ 'waiting{name:a}': { med: 0, 'p(99)': 0 }, other: { med: 3, 'p(99)': 4 } });
  expect(parseK6Summary(text, never)?.metrics).toEqual({ other: { med: 3, 'p(99)': 4 } });
  expect(parseK6Summary(text, always)?.metrics).toHaveProperty(['waiting{name:a}']);
});

test('checks are listed with the group that they stand in', () => {
  const check = (name: string, passes: number, fails: number) => ({
    [name]: { name, passes, fails, id: 'x', path: 'y' },
  });
  const inner = { name: 'pay', path: '::cart::pay', groups: {}, checks: check('paid', 2, 1) };
  const outer = { name: 'cart', path: '::cart', groups: { pay: inner }, checks: check('is 200', 3, 0) };
  const root = { name: '', path: '', groups: { cart: outer }, checks: {} };

  const summary = parseK6Summary(JSON.stringify({ metrics: {}, root_group: root }), always);

  expect(summary?.checks).toEqual([
    { group: '::cart', name: 'is 200', passes: 3, fails: 0 },
    { group: '::cart::pay', name: 'paid', passes: 2, fails: 1 },
  ]);
});

test('thresholds that a script took out of its summary held where k6 says so', () => {
  const options = { thresholds: { checks: ['rate>0.9'] } };
  expect(thresholdsOf(options, parseK6Summary(exported({}), always), true)).toEqual([
    { metric: 'checks', expression: 'rate>0.9', held: true },
  ]);
});
