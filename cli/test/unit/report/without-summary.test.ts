import { describe, expect, it } from 'vitest';
import type { Judgement, Load, ThresholdResult } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { histogramOf } from '../stats/seeded-samples.ts';
import { answers, couponRun, render, renderWhole } from './built-report.ts';

const merged: Load['merged'] = {
  http_req_duration: {
    figures: { count: 200, avg: 12, min: 3, max: 50, med: 10, 'p(90)': 20, 'p(95)': 30, 'p(99)': 40, 'p(99.9)': 49 },
    ranges: {
      med: { least: 9.9, most: 10.1 },
      'p(90)': { least: 19.8, most: 20.2 },
      'p(95)': { least: 29.4, most: 30.6 },
      'p(99)': { least: 39.6, most: 40.4 },
    },
  },
};

const notices = [{ id: 'summary-off', values: {} }];

function run(changes: Partial<Load> = {}) {
  const load = builtLoad({
    ...{ withoutSummary: true, summary: null, merged, iterations: { complete: 200, interrupted: 0 } },
    reconciliation: { seriesRequests: 200, summaryRequests: null, difference: null, rejectedExports: 0 },
    ...changes,
  });
  const measured: SeriesLine = {
    ...{ kind: 'load', t: loadStart + 2_000, from: loadStart + 1_000, instance: 0, gauges: {} },
    counters: { iterations: 200, dropped_iterations: 4 },
    histograms: { 'http_req_duration{name:issue_coupon}': histogramOf([10, 12, 30], 5) },
  };
  const result: ThresholdResult = {
    source: 'series',
    metric: 'http_req_duration',
    expression: 'p(95)<30.2',
    level: 'fail',
    outcome: 'no-data',
    observed: 30,
    range: { least: 29.4, most: 30.6 },
    samples: 200,
    reason: 'within-error',
  };
  const why = { metric: result.metric, expression: result.expression, source: 'series', why: 'within-error' };
  const judgement: Judgement = {
    thresholds: [result],
    findings: [],
    verdict: { name: 'INCONCLUSIVE', exitCode: 95, reasons: [{ id: 'threshold-no-data', values: why }] },
  };
  return couponRun({ load, notices, judgement }, [answers({ 201: 200 }), measured]);
}

describe('the report of a run whose k6 made no summary', () => {
  it('says of what its figures are made, and by how much a percentile can be off', () => {
    expect(render([run()], 'en', 'md')).toContain('percentiles carry up to ± 2.00%');
    expect(render([run()], 'ko', 'md')).toContain('최대 ±2.00%의 오차');
  });

  it('says it once', () => {
    const text = render([run()], 'en', 'md');
    expect(text.match(/own summary (was|is) (switched )?off/g)).toHaveLength(2);
    expect(text).not.toContain('keeps no samples');
  });

  it('lists the percentiles with what they lie between', () => {
    expect(render([run()], 'en', 'md')).toMatch(
      /\| http_req_duration \| p95 +\| ≈ 30.00ms \| 29.40ms – 30.60ms \| 200 +\|/,
    );
  });

  it('claims no comparison that did not take place, and tells the one that did', () => {
    const text = render([run()], 'en', 'md');
    expect(text).toContain('there is no count of k6 to compare with');
    expect(text).toContain('(200) and those of the series (200) agree');
    expect(text).not.toContain('are equal');
    const lost = render([run({ iterations: { complete: 210, interrupted: 0 } })], 'en', 'md');
    expect(lost).toContain('(210) and those of the series (200) differ');
    const unread = render([run({ iterations: null })], 'en', 'md');
    expect(unread).not.toMatch(/iterations that k6 printed/);
  });

  it('shows the range of a threshold that lies within it, and why it was not judged', () => {
    expect(render([run()], 'en', 'md')).toContain('≈ 30.00ms (29.40ms – 30.60ms)');
    expect(render([run()], 'ko', 'md')).toContain('임계치가 측정 오차의 범위 안에 있어');
    expect(render([run()], 'en', 'junit')).toMatch(/errors="1"/);
  });

  it('says what to do about a limit within the error, which more samples would not help', () => {
    expect(render([run()], 'en', 'md')).toContain('Run again without --no-k6-summary');
    expect(render([run()], 'ko', 'md')).toContain('--no-k6-summary 없이 다시 실행하여');
  });

  it('has the dropped iterations of the series', () => {
    expect(parseReportJson(renderWhole([run()], 'ko', 'json')).runs[0]).toMatchObject({
      load: { k6SummaryOff: true, k6RequestCount: null },
      iterations: { droppedCount: 4 },
    });
  });
});
