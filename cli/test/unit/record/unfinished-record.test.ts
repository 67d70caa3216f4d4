import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { LoadLine, SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { withSeriesLoad } from '../../../src/record/unfinished-record.ts';
import { builtRecord, loadStart } from '../judge/built-run.ts';
import { couponRun, render } from '../report/built-report.ts';

const cut: Partial<RunRecord> = {
  ...{ status: 'running', endedAt: null, load: null },
  ...{ drain: null, invariants: [], judgement: null },
};

const tags = '{expected_response:true,name:issue_coupon,status:201}';

function second(index: number): LoadLine {
  const from = loadStart + index * 1_000;
  return {
    ...{ kind: 'load', t: from + 1_000, from, instance: 0, gauges: {} },
    counters: { [`http_reqs${tags}`]: 50, iterations: 7 },
    histograms: {},
  };
}

function phase(subject: string, t: number): SeriesLine {
  return { kind: 'event', t, name: 'phase', subject };
}

const lines = [phase('start', loadStart - 9_000), phase('load', loadStart - 500), second(0), second(1), second(2)];

describe('a record that ends in the load', () => {
  it('has the load of the series, to its last second, and no figure that only k6 could have given', () => {
    const { load, phases } = withSeriesLoad(builtRecord({ ...cut, phases: [] }), indexSeries(lines));
    expect(load).toMatchObject({
      ...{ startedAt: loadStart - 500, endedAt: loadStart + 3_000 },
      ...{ exitCode: null, summary: null, thresholds: [], iterations: null },
      reconciliation: { seriesRequests: 150, summaryRequests: null, difference: null },
    });
    expect(phases).toEqual([
      { name: 'start', startedAt: loadStart - 9_000, endedAt: loadStart - 500 },
      { name: 'load', startedAt: loadStart - 500, endedAt: null },
    ]);
  });

  it.each(['ko', 'en'] as const)('is reported with what was measured, and without a verdict (%s)', (lang) => {
    const { record, series } = couponRun({ ...cut, phases: [] }, lines);
    const text = render([{ record: withSeriesLoad(record, series), series }], lang, 'md');
    expect(text).toMatch(lang === 'ko' ? /총 요청 수 +\| +150건/ : /Requests +\| +150/);
    expect(text).toContain(lang === 'ko' ? '아직 판정되지 않은 기록이다' : 'not judged');
  });
});

describe('any other record stays as it is', () => {
  it.each([
    ['one that came to its end', builtRecord(), lines],
    ['one that failed before the load', builtRecord({ ...cut, status: 'failed' }), []],
    ['one that was cut before the load', builtRecord(cut), [phase('start', loadStart)]],
  ])('%s', (_, record, series) => {
    expect(withSeriesLoad(record, indexSeries(series))).toBe(record);
  });
});
