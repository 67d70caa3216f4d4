import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { type Format, formats } from '../../../src/report/format.ts';
import { annotations } from '../../../src/report/renderers/annotation.ts';
import { chartImages } from '../../../src/report/renderers/chart-image.ts';
import { drawCharts } from '../../../src/report/renderers/chart-png.ts';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { renderers } from '../../../src/report/renderers/registry.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { answers, couponRun, render, templatesFolder } from './built-report.ts';

/** One export and one reading a second. */
function seconds(count: number, names: readonly string[] = ['issue_coupon']): SeriesLine[] {
  return Array.from({ length: count }, (_, second): SeriesLine[] => {
    const from = loadStart + second * 1_000;
    const name = names[second % names.length] ?? '';
    const tags = `{expected_response:true,name:${name},status:201}`;
    return [
      {
        ...{ kind: 'load', t: from + 1_000, from, instance: 0, gauges: { vus: 100 } },
        counters: { [`http_reqs${tags}`]: 100 },
        histograms: {
          [`http_req_duration${tags}`]: {
            ...{ scale: 0, offset: 3, counts: [100], zeroCount: 0, count: 100 },
            ...{ sum: 1_000, min: 9, max: 15 },
          },
        },
      },
      {
        ...{ kind: 'sample', t: from, probe: 'redis', outcome: 'ok', tookMs: 1 },
        values: { redis_ping_ms: 1 + (second % 3), 'process_cpu_cores{process:api}': 0.5 },
      },
    ];
  }).flat();
}

const during = (length: number): Partial<RunRecord> => {
  const endedAt = loadStart + length * 1_000;
  return {
    endedAt: endedAt + 2_000,
    phases: [{ name: 'load', startedAt: loadStart, endedAt }],
    load: builtLoad({ endedAt, summary: null }),
  };
};

const long = 'n'.repeat(500);
const { scenario } = couponRun().record;
if (scenario === null) throw new Error('a built run has a scenario');
const nan = Number.NaN;

const records: Array<[string, ReportedRun]> = [
  ['without any series', couponRun({}, [])],
  [
    'without probes',
    couponRun(
      {},
      seconds(60).filter(({ kind }) => kind === 'load'),
    ),
  ],
  ['without k6', couponRun({ load: null, drain: null, judgement: null, invariants: [] }, seconds(60).slice(0, 0))],
  [
    'with figures that are no numbers',
    couponRun(
      { load: builtLoad({ summary: { http_reqs: { count: nan, rate: nan }, iteration_duration: { avg: nan } } }) },
      [
        ...seconds(3),
        {
          ...{ kind: 'sample', t: loadStart, probe: 'x', outcome: 'ok', tookMs: 1 },
          values: { x_ms: nan, y: Infinity },
        },
      ],
    ),
  ],
  ['of one second', couponRun(during(1), seconds(1))],
  [
    'of no requests',
    couponRun({ load: builtLoad({ summary: {}, iterations: { complete: 0, interrupted: 0 } }) }, [answers({})]),
  ],
  [
    'of 100 endpoints',
    couponRun(
      {
        ...during(200),
        scenario: {
          ...scenario,
          endpoints: Array.from({ length: 100 }, (_, index) => ({
            name: `e${index}`,
            method: 'GET',
            label: `GET /${index}`,
          })),
        },
      },
      seconds(
        200,
        Array.from({ length: 100 }, (_, index) => `e${index}`),
      ),
    ),
  ],
  [
    'of names of 500 characters',
    couponRun(
      {
        ...during(5),
        id: long,
        scenario: { ...scenario, name: long, shape: long, endpoints: [{ name: long, method: 'GET', label: long }] },
        invariants: [{ id: long, outcome: 'violated', violations: 1, evidence: { [long]: 1 }, reason: long }],
      },
      seconds(5, [long]),
    ),
  ],
  ['of six hours', couponRun(during(21_600), seconds(21_600))],
];

/** Every format of one view. */
function everyFormat(run: ReportedRun, lang: 'ko' | 'en'): Map<Format, string> {
  const sentences = loadSentences(templatesFolder, lang);
  const view = buildView([run], lang, sentences);
  const images = new Map(chartImages(view).map(({ chart, path }) => [chart, path]));
  return new Map(
    renderers.map(({ format, render }) => [format, render(view, templatesFolder, { runs: [run], sentences, images })]),
  );
}

describe.each(records)('a record %s', { timeout: 60_000 }, (_, run) => {
  it('gives every format, and no figure that is none', () => {
    for (const lang of ['ko', 'en'] as const) {
      for (const [format, text] of everyFormat(run, lang)) {
        expect(text.length).toBeGreaterThan(20);
        // The page carries a program of its own, in which such words stand.
        if (format !== 'html') expect(text).not.toMatch(/\bNaN\b|\bInfinity\b|undefined|\[object/);
        if (format !== 'html' && format !== 'json') expect(text).not.toMatch(/\bnull\b/);
      }
    }
  });

  it('gives JSON of the schema and XML that a parser takes', () => {
    expect(parseReportJson(render([run], 'ko', 'json')).runs).toHaveLength(1);
    expect(XMLValidator.validate(render([run], 'ko', 'junit'))).toBe(true);
    expect(annotations([run], 'ko', loadSentences(templatesFolder, 'ko')).length).toBeLessThanOrEqual(10);
  });

  it('gives an image for each chart that has values, and a word for each that has none', async () => {
    const view = buildView([run], 'ko', loadSentences(templatesFolder, 'ko'));
    const images = chartImages(view);
    const drawn = await drawCharts(images, { second: 's', count: 'n' });
    expect(drawn).toHaveLength(images.length);
    const text = render([run], 'ko', 'md');
    for (const { path } of images) expect(text).toContain(`](${path})`);
    expect(text.match(/!\[/g) ?? []).toHaveLength(images.length);
  });
});

it('six hours are thinned for drawing and not for figures', { timeout: 60_000 }, () => {
  const run = couponRun(during(21_600), seconds(21_600));
  const [api] = parseReportJson(render([run], 'ko', 'json')).runs[0]?.apis ?? [];
  expect(api).toMatchObject({ requests: 2_160_000, successCount: 2_160_000 });
  const view = buildView([run], 'ko', loadSentences(templatesFolder, 'ko'));
  for (const { group } of chartImages(view)) expect(group.seconds.length).toBeLessThan(5_000);
});

it('the same record gives the same bytes in every format', () => {
  const make = () => ({ ...couponRun({}, seconds(60)), series: indexSeries(seconds(60)) });
  for (const format of formats) expect(render([make()], 'ko', format)).toBe(render([make()], 'ko', format));
});
