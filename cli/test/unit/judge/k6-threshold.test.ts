import { describe, expect, it } from 'vitest';
import { k6ThresholdResults } from '../../../src/judge/k6-threshold.ts';
import { builtLoad } from './built-run.ts';

const result = (
  metric: string,
  expression: string,
  held: boolean | null,
  summary: Record<string, Record<string, number>>,
) => k6ThresholdResults(builtLoad({ thresholds: [{ metric, expression, held }], summary }))[0];

describe("k6's thresholds", () => {
  it("keep k6's result with the figure that it speaks of", () => {
    const summary = { http_req_duration: { count: 500, avg: 3, 'p(95)': 12.5 } };
    expect(result('http_req_duration', 'p(95)<300', true, summary)).toMatchObject({
      outcome: 'held',
      observed: 12.5,
      samples: 500,
    });
    expect(result('http_req_duration', 'p(95)<10', false, summary)).toMatchObject({
      outcome: 'broken',
      observed: 12.5,
    });
  });

  it('find a sub-metric whatever the order of its tags', () => {
    const summary = { 'http_req_duration{name:a,status:201}': { count: 500, avg: 1, max: 3 } };
    expect(result('http_req_duration{status:201,name:a}', 'max<5', true, summary)).toMatchObject({
      outcome: 'held',
      observed: 3,
    });
  });

  it('that saw no sample are no pass, though k6 passes them', () => {
    expect(result('http_req_duration{name:typo}', 'p(95)<300', true, {})).toMatchObject({
      outcome: 'no-data',
      reason: 'no-sample',
    });
    expect(
      result('http_reqs{name:typo}', 'count>=0', true, { 'http_reqs{name:typo}': { count: 0, rate: 0 } }),
    ).toMatchObject({
      outcome: 'no-data',
    });
  });

  it('take dropped iterations that never happened for none', () => {
    expect(result('dropped_iterations', 'count==0', true, {})).toMatchObject({ outcome: 'held', observed: 0 });
    expect(result('dropped_iterations', 'count==0', true, { dropped_iterations: { count: 0 } })).toMatchObject({
      outcome: 'held',
    });
  });

  it('over a percentile want samples beyond it: 99 are too few for p(99), 100 are enough', () => {
    const of = (count: number) =>
      result('http_req_duration', 'p(99)<300', true, { http_req_duration: { count, avg: 1, 'p(99)': 1 } });
    expect(of(99)).toMatchObject({ outcome: 'no-data', reason: 'too-few-samples', samples: 99 });
    expect(of(100)).toMatchObject({ outcome: 'held' });
  });

  it('without a result of k6 have none', () => {
    expect(result('checks', 'rate>0.9', null, { checks: { passes: 9, fails: 0, value: 1, rate: 1 } })).toMatchObject({
      outcome: 'no-data',
      reason: 'no-result',
    });
  });

  it('over a rate show the rate and the samples behind it', () => {
    const checks = { passes: 95, fails: 5, value: 0.95, rate: 0.95 };
    expect(result('checks', 'rate > 0.9', true, { checks })).toMatchObject({
      outcome: 'held',
      observed: 0.95,
      samples: 100,
    });
  });

  it('over a counter show the count, which is no number of samples', () => {
    const summary = { errors_total: { count: 0, rate: 0 } };
    expect(result('errors_total', 'count==0', true, summary)).toMatchObject({
      outcome: 'held',
      observed: 0,
      samples: null,
    });
    expect(result('errors_total', 'count<=3', true, { errors_total: { count: 3, rate: 0.1 } })).toMatchObject({
      outcome: 'held',
      observed: 3,
    });
  });

  it('that want requests which never came are broken, not without data', () => {
    const summary = { 'http_reqs{name:a}': { count: 0, rate: 0 } };
    expect(result('http_reqs{name:a}', 'count>100', false, summary)).toMatchObject({ outcome: 'broken', observed: 0 });
  });

  it('over a gauge show its value', () => {
    const summary = { queue: { value: 4, min: 1, max: 9 } };
    expect(result('queue', 'value<5', true, summary)).toMatchObject({ outcome: 'held', observed: 4, samples: null });
  });

  it('name a percentile as k6 does, however it is written', () => {
    const summary = { http_req_duration: { count: 5_000, avg: 1, 'p(99.9)': 7 } };
    expect(result('http_req_duration', ' p( 99.90 ) < 9', true, summary)).toMatchObject({ observed: 7 });
    expect(result('http_req_duration', 'p(97)<9', true, summary)).toMatchObject({ outcome: 'held', observed: null });
  });

  it('of a k6 that was killed have no result', () => {
    const load = builtLoad({ summary: null, thresholds: [{ metric: 'checks', expression: 'rate>0.9', held: null }] });
    expect(k6ThresholdResults(load)).toMatchObject([{ outcome: 'no-data', reason: 'no-result' }]);
  });
});
