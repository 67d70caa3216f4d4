import { describe, expect, it } from 'vitest';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { builtLoad } from '../judge/built-run.ts';
import { answers, couponRun, orderRun, render } from './built-report.ts';

const read = (...runs: Parameters<typeof render>[0]) => parseReportJson(render(runs, 'ko', 'json'));

describe('report.json', () => {
  it('has verdict, figures with their unit, thresholds and invariants of each run', () => {
    const report = read(couponRun(), orderRun());
    expect(report).toMatchObject({ schema: 'loadkit.report', version: 1, exitCode: 0 });
    expect(report.runs.map(({ id }) => id)).toEqual(['20260921-173320-coupon-test', '20260921-173500-order-test']);
    const [coupon] = report.runs;
    expect(coupon).toMatchObject({
      verdict: { name: 'PASS', exitCode: 0, reasons: [] },
      apis: [
        {
          kind: 'api',
          name: 'issue_coupon',
          label: 'POST /api/coupons/{userId}',
          requests: 29_527,
          requestsPerSecond: 486.42,
          successCount: 10_000,
          rejectedCount: 19_527,
          failedCount: 0,
          failedShare: 0,
          rejectedByStatus: [
            { status: 409, count: 3_863 },
            { status: 410, count: 15_664 },
          ],
          expectedResponses: { averageMs: 5.09, p95Ms: 9.75, maxMs: 112, approximate: false },
        },
      ],
      thresholds: [{ metric: 'http_req_duration{name:issue_coupon}', expression: 'p(95)<100', outcome: 'held' }],
      invariants: [{ id: 'over-issue', outcome: 'held' }],
      environment: { host: { cpuCount: 2 }, stack: 'local', fixture: { couponStock: 10_000 } },
    });
    expect(coupon?.iterations).toMatchObject({ completeCount: 29_527, p95Ms: 548.06, droppedCount: null });
  });

  it('is the same in every language', () => {
    expect(render([couponRun()], 'ko', 'json')).toBe(render([couponRun()], 'en', 'json'));
  });

  it('gives the worst exit code, and none when a run was not judged', () => {
    const failed = couponRun({
      judgement: { thresholds: [], findings: [], verdict: { name: 'FAIL', exitCode: 99, reasons: [] } },
    });
    expect(read(couponRun(), failed).exitCode).toBe(99);
    expect(read(failed, couponRun({ judgement: null })).exitCode).toBeNull();
  });

  it('carries every finding with its evidence, and what was ruled out', () => {
    const finding = {
      id: 'pool',
      outcome: 'problem' as const,
      confidence: 'high' as const,
      evidence: [{ metric: 'm', from: 1, to: 2, value: 3, unit: 'ms', comparedWith: { value: 4, what: 'limit' } }],
      detail: { rule: 'waiting', waitedMs: 12 },
      ruledOut: [{ id: 'locks', values: { lockCount: 0 } }],
      surer: [{ id: 'larger-pool', values: {} }],
    };
    const judgement = {
      thresholds: [],
      findings: [finding],
      verdict: { name: 'PASS' as const, exitCode: 0, reasons: [] },
    };
    expect(read(couponRun({ judgement })).runs[0]?.findings).toEqual([finding]);
  });

  it('says what is missing, and a figure that was not measured is null', () => {
    const [run] = read(couponRun({ load: builtLoad({ summary: null }), drain: null, invariants: [] }, [])).runs;
    expect(run?.missing).toEqual(['k6-summary', 'load-series', 'probe-series', 'drain', 'invariants']);
    expect(run?.apis[0]).toMatchObject({ requests: null, failedShare: null, expectedResponses: null });
    const [none] = read(couponRun({ load: null, scenario: null, judgement: null }, [])).runs;
    expect(none?.missing).toEqual(expect.arrayContaining(['load', 'scenario', 'judgement']));
    expect(none).toMatchObject({ load: null, iterations: null, apis: [], verdict: null });
  });

  it('a figure that is no number is null', () => {
    const text = render([couponRun({ startedAt: Number.NaN }, [answers({ 201: 1 })])], 'ko', 'json');
    expect(parseReportJson(text).runs[0]?.startedAtEpochMs).toBeNull();
  });
});
