import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import type { ReportView } from '../../../src/report/block.ts';
import { buildDrills } from '../../../src/report/drill/drills-document.ts';
import type { Format } from '../../../src/report/format.ts';
import { buildIncident } from '../../../src/report/incident/incident.ts';
import { chartImages } from '../../../src/report/renderers/chart-image.ts';
import { renderers } from '../../../src/report/renderers/registry.ts';
import { loadSentences, type Sentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { builtLoad, builtRecord, loadStart } from '../judge/built-run.ts';

export const templatesFolder = fileURLToPath(new URL('../../../../templates/', import.meta.url));

/** Of a page only what is read: no text of a script, of its data or of a style. */
export function render(runs: readonly ReportedRun[], lang: 'ko' | 'en', format: Format): string {
  const text = renderWhole(runs, lang, format);
  return format === 'html' ? withoutAssets(text).replace(/(<script[^>]*>).*?(?=<\/script>)/gs, '$1') : text;
}

/** A page without the libraries, its own scripts and its style, which stand in files of their own. */
export function withoutAssets(page: string): string {
  return page
    .replace(/(<(?:script|style)>).*?(?=<\/(?:script|style)>)/gs, '$1…')
    .replace(/'sha256-[A-Za-z0-9+/=]+'/g, "'sha256-…'");
}

export function renderWhole(runs: readonly ReportedRun[], lang: 'ko' | 'en', format: Format): string {
  const sentences = loadSentences(templatesFolder, lang);
  return renderView(buildView(runs, lang, sentences), runs, sentences, format);
}

/** The incident report of a drill, as it stands beside its report. */
export function renderIncident(run: ReportedRun, lang: 'ko' | 'en', format: 'md' | 'html'): string {
  const sentences = loadSentences(templatesFolder, lang);
  const view = buildIncident(run, lang, sentences);
  if (view === null) throw new Error('nothing was broken in this run');
  return renderView(view, [run], sentences, format);
}

/** The drills of a report by themselves, as they stand beside it. */
export function renderDrills(runs: readonly ReportedRun[], lang: 'ko' | 'en', format: 'md' | 'html'): string {
  const sentences = loadSentences(templatesFolder, lang);
  const view = buildDrills(runs, lang, sentences);
  if (view === null) throw new Error('fewer than two drills');
  return renderView(view, runs, sentences, format);
}

function renderView(view: ReportView, runs: readonly ReportedRun[], sentences: Sentences, format: Format): string {
  const renderer = renderers.find((one) => one.format === format);
  if (renderer === undefined) throw new Error(`no renderer for ${format}`);
  const images = new Map(chartImages(view).map(({ chart, path }) => [chart, path]));
  return renderer.render(view, templatesFolder, { runs, sentences, images });
}

/** The figures of the reference report's coupon column, as far as it has them. */
export function couponRun(changes: Partial<RunRecord> = {}, lines?: readonly SeriesLine[]): ReportedRun {
  const record = builtRecord({
    id: '20260921-173320-coupon-test',
    scenario: scenario('coupon', { name: 'issue_coupon', method: 'POST', label: 'POST /api/coupons/{userId}' }),
    parts: [{ name: 'redis', product: 'Redis', version: '7.0.15', origin: 'local', settings: { appendonly: 'yes' } }],
    fixture: { couponStock: 10_000 },
    stack: { provider: 'local' },
    allowedHosts: [],
    load: measured('issue_coupon', {
      requests: 29_527,
      rate: 486.42,
      response: { avg: 5.09, med: 4, max: 112, 'p(90)': 8, 'p(95)': 9.75, 'p(99)': 20 },
      iteration: { avg: 205, max: 1_010, 'p(95)': 548.06 },
      http: 5.2,
      think: 198,
    }),
    judgement: judgedWith('http_req_duration{name:issue_coupon}', 9.75, 29_527),
    ...changes,
  });
  return { record, series: indexSeries(lines ?? [answers({ 201: 10_000, 409: 3_863, 410: 15_664 })]) };
}

/** The same for its order column. */
export function orderRun(changes: Partial<RunRecord> = {}, lines?: readonly SeriesLine[]): ReportedRun {
  const record = builtRecord({
    id: '20260921-173500-order-test',
    command: ['loadkit', 'run', 'order'],
    scenario: scenario('order', { name: 'create_order', method: 'POST', label: 'POST /api/orders' }),
    load: measured('create_order', {
      requests: 6_274,
      rate: 100.24,
      response: { avg: 29.04, med: 27, max: 1_310, 'p(90)': 38, 'p(95)': 44.28, 'p(99)': 80 },
      iteration: { avg: 980, max: 2_940, 'p(95)': 1_880 },
      http: 29.2,
      think: 949,
    }),
    judgement: judgedWith('http_req_duration{name:create_order}', 44.28, 6_274),
    ...changes,
  });
  return { record, series: indexSeries(lines ?? [answers({ 201: 6_204, 409: 70 }, 'create_order')]) };
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

type Endpoint = NonNullable<RunRecord['scenario']>['endpoints'][number];

function scenario(name: string, endpoint: Endpoint): RunRecord['scenario'] {
  return {
    name,
    file: `scenarios/${name}.ts`,
    sha256: 'a'.repeat(64),
    profile: null,
    seed: 1,
    model: 'closed',
    shape: '100 VU · 60s',
    plannedMs: 60_000,
    maxVus: 100,
    options: {},
    parameters: {},
    foreign: false,
    strict: false,
    flags: [],
    endpoints: [endpoint],
  };
}

interface Figures {
  readonly requests: number;
  readonly rate: number;
  readonly response: Readonly<Record<string, number>>;
  readonly iteration: Readonly<Record<string, number>>;
  /** Averages per iteration in milliseconds. */
  readonly http: number;
  readonly think: number;
}

function measured(name: string, { requests, rate, response, iteration, http, think }: Figures): RunRecord['load'] {
  const count = requests;
  return builtLoad({
    summary: {
      http_reqs: { count, rate },
      [`http_reqs{name:${name}}`]: { count, rate },
      [`http_req_duration{name:${name}}`]: { count, ...response },
      [`http_req_duration{expected_response:true,name:${name}}`]: { count, ...response },
      iteration_duration: { count, ...iteration },
      http_wall_time: { count, avg: http },
      think_time: { count, avg: think },
    },
    iterations: { complete: count, interrupted: 0 },
    reconciliation: { seriesRequests: count, summaryRequests: count, difference: 0, rejectedExports: 0 },
  });
}

function judgedWith(metric: string, observed: number, samples: number): RunRecord['judgement'] {
  const named = { source: 'k6', metric, expression: 'p(95)<100', level: 'fail' } as const;
  return {
    thresholds: [{ ...named, outcome: 'held', observed, samples, reason: null }],
    findings: [],
    verdict: { name: 'PASS', exitCode: 0, reasons: [] },
  };
}
