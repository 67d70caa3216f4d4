import { describe, expect, it } from 'vitest';
import type { Histogram, SampleLine, SeriesLine } from '../../../src/record/series.ts';
import { apiFigures } from '../../../src/report/api-figures.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { answers, couponRun, render } from './built-report.ts';

const noSplit = {
  http_reqs: { count: 200, rate: 20 },
  http_req_duration: { count: 200, avg: 6, max: 60, 'p(95)': 12 },
  'http_req_duration{expected_response:true}': { count: 199, avg: 5, max: 50, 'p(95)': 10 },
};

/** Ten values between 8 and 16 ms (scale 0, bucket 3). */
const tenValues: Histogram = { scale: 0, offset: 3, counts: [10], zeroCount: 0, count: 10, sum: 100, min: 9, max: 15 };

describe('without the series', () => {
  const run = couponRun({}, []);

  it('requests are taken from the summary and the outcomes are not known', () => {
    expect(apiFigures(run)[0]).toMatchObject({ requests: 29_527, outcomes: null });
    const text = render([run], 'ko', 'md');
    expect(text).toMatch(/총 요청 수 +\| +29,527건/);
    expect(text).toMatch(/응답 실패율 +\| +—/);
    expect(text).toMatch(/성공 +\| +—/);
    expect(text).toContain('나누어 셀 수 없다');
  });

  it('the share of system errors is that of the summary where it has one', () => {
    const summary = { ...run.record.load?.summary, 'http_req_failed{name:issue_coupon}': { rate: 0.0123 } };
    expect(render([couponRun({ load: builtLoad({ summary }) }, [])], 'ko', 'md')).toMatch(/응답 실패율 +\| +1\.23%/);
  });

  it('nor is the number of requests, when the summary does not split them out', () => {
    const [api] = apiFigures(couponRun({ load: builtLoad({ summary: noSplit }) }, []));
    expect(api).toMatchObject({ requests: null, perSecond: null });
  });
});

describe('where the summary has no figures per API', () => {
  it("the only API has the whole run's exact figures", () => {
    const run = couponRun({ load: builtLoad({ summary: noSplit }) }, [answers({ 201: 200 })]);
    const [api] = apiFigures(run);
    expect(api?.expected).toMatchObject({ p95Ms: 10, approximate: false });
    expect(api?.all).toMatchObject({ p95Ms: 12, approximate: false });
    // 200 requests at 20 a second, as k6 counts the time.
    expect(api?.perSecond).toBe(20);
  });

  it('of several APIs each gets an approximate p95 from its histograms', () => {
    const tags = 'expected_response:true,name:issue_coupon,status:201';
    const lines: SeriesLine[] = [answers({ 201: 10 }), answers({ 200: 5 }, 'read_coupon')];
    const [first] = lines;
    if (first?.kind === 'load') first.histograms[`http_req_duration{${tags}}`] = tenValues;
    const run = couponRun({ load: builtLoad({ summary: noSplit }) }, lines);
    const [issue, read] = apiFigures(run);
    expect(issue?.expected).toMatchObject({ averageMs: 10, maxMs: 15, approximate: true });
    expect(read).toMatchObject({ name: 'read_coupon', label: 'read_coupon', requests: 5, expected: null });
    const text = render([run], 'ko', 'md');
    expect(text).toMatch(/응답 시간 \(p95\) +\| +≈ 1\d\.\d\dms \| +— \|/);
    expect(text).toContain('API별이 아니라 시나리오 전체의 값');
  });
});

describe('seconds without a reading', () => {
  const reading = (second: number, outcome: SampleLine['outcome'], error?: string): SampleLine => ({
    kind: 'sample',
    t: loadStart + second * 1_000,
    probe: 'redis',
    tookMs: 1,
    outcome,
    ...(error === undefined ? { values: { redis_ping_ms: 1 } } : { error }),
  });
  const lines = Array.from({ length: 58 }, (_, second) => reading(second, 'ok'));

  it('are counted per probe as late, failed and absent, with the first reason', () => {
    const missed = [reading(58, 'late', 'still running'), reading(59, 'failed', 'ECONNREFUSED')];
    const text = render([couponRun({}, [answers({ 201: 1 }), ...lines.slice(1), ...missed])], 'ko', 'md');
    expect(text).toMatch(/\| redis +\| 60 +\| 1 +\| 1 +\| 1 +\| ECONNREFUSED/);
  });

  it('are none when every second was read', () => {
    const text = render([couponRun({}, [...lines, reading(58, 'ok'), reading(59, 'ok')])], 'ko', 'md');
    expect(text).toContain('빠짐없이');
    expect(text).not.toContain('관측하지 못한 시간');
  });
});
