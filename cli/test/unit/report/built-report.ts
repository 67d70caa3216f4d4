import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { renderers } from '../../../src/report/renderers/registry.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { builtLoad, builtRecord, loadStart } from '../judge/built-run.ts';

export const templatesFolder = fileURLToPath(new URL('../../../../templates/', import.meta.url));

export function render(runs: readonly ReportedRun[], lang: 'ko' | 'en', format: 'md' | 'html'): string {
  const view = buildView(runs, lang, loadSentences(templatesFolder, lang));
  const renderer = renderers.find((one) => one.format === format);
  if (renderer === undefined) throw new Error(`no renderer for ${format}`);
  return renderer.render(view, templatesFolder);
}

/** The figures of the reference report's coupon column, as far as it has them. */
export function couponRun(changes: Partial<RunRecord> = {}, lines?: readonly SeriesLine[]): ReportedRun {
  const record = builtRecord({
    id: '20260921-173320-coupon-test',
    scenario: {
      name: 'coupon',
      file: 'scenarios/coupon.ts',
      sha256: 'a'.repeat(64),
      profile: null,
      seed: 1,
      model: 'closed',
      shape: '100 VU · 60s',
      plannedMs: 60_000,
      maxVus: 100,
      options: {},
      parameters: {},
      endpoints: [{ name: 'issue_coupon', method: 'POST', label: 'POST /api/coupons/{userId}' }],
    },
    parts: [{ name: 'redis', product: 'Redis', version: '7.0.15', origin: 'local', settings: { appendonly: 'yes' } }],
    fixture: { couponStock: 10_000 },
    load: builtLoad({
      summary: {
        http_reqs: { count: 29_527, rate: 486.42 },
        'http_reqs{name:issue_coupon}': { count: 29_527, rate: 486.42 },
        'http_req_duration{expected_response:true,name:issue_coupon}': {
          count: 29_527,
          avg: 5.09,
          med: 4,
          max: 112,
          'p(90)': 8,
          'p(95)': 9.75,
          'p(99)': 20,
        },
        iteration_duration: { count: 29_527, avg: 205, max: 1_010, 'p(95)': 548.06 },
        http_wall_time: { count: 29_527, avg: 5.2 },
        think_time: { count: 29_527, avg: 198 },
      },
      reconciliation: { seriesRequests: 29_527, summaryRequests: 29_527, difference: 0, rejectedExports: 0 },
    }),
    judgement: {
      thresholds: [
        {
          source: 'k6',
          metric: 'http_req_duration{name:issue_coupon}',
          expression: 'p(95)<100',
          level: 'fail',
          outcome: 'held',
          observed: 9.75,
          samples: 29_527,
          reason: null,
        },
      ],
      findings: [],
      verdict: { name: 'PASS', exitCode: 0, reasons: [] },
    },
    ...changes,
  });
  return { record, series: indexSeries(lines ?? [answers({ 201: 10_000, 409: 3_863, 410: 15_664 })]) };
}

/** One export with this many answers of each status. */
export function answers(byStatus: Readonly<Record<number, number>>, name = 'issue_coupon'): SeriesLine {
  const counters = Object.entries(byStatus).map(([status, count]) => {
    const expected = Number(status) > 0 && Number(status) < 500;
    return [`http_reqs{expected_response:${expected},method:POST,name:${name},status:${status}}`, count] as const;
  });
  return {
    kind: 'load',
    t: loadStart + 1_000,
    from: loadStart,
    instance: 0,
    counters: Object.fromEntries(counters),
    gauges: {},
    histograms: {},
  };
}
