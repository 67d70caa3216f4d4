import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeReport, renderReport } from '../../../src/pipeline/write-report.ts';
import { RunFolder } from '../../../src/record/run-folder.ts';
import { type Finding, type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import type { Format } from '../../../src/report/format.ts';
import { builtRecord, loadStart } from '../judge/built-run.ts';
import { altered, everyExampleInTurn, nativeNames } from '../malformed.ts';
import { couponRun, templatesFolder, withoutAssets } from './built-report.ts';

const version = '0.1.0';
const languages = ['ko', 'en'] as const;
const untold = {
  ko: '이 기록으로는 말할 수 없다',
  en: 'This cannot be told from this record',
};

let reports = '';
beforeAll(async () => {
  reports = await mkdtemp(join(tmpdir(), 'loadkit-malformed-'));
  await mkdir(join(reports, 'run'));
});
afterAll(() => rm(reports, { recursive: true, force: true }));

async function told(
  record: RunRecord,
  lang: 'ko' | 'en',
  wanted: readonly Format[],
  lines: readonly SeriesLine[] = [],
): Promise<string[]> {
  const folder = new RunFolder(reports, 'run');
  await writeFile(folder.series, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const report = await makeReport({ runs: [{ folder, record }], lang, templatesFolder, version, outputFolder: null });
  return wanted.map((format) => renderReport(report, format));
}

/** Of every rule that has a sentence, without any of its figures. */
async function bareFindings(): Promise<Finding[]> {
  const folder = join(templatesFolder, 'en');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const keys = texts.flatMap((text) => Object.keys(JSON.parse(text)));
  return keys.flatMap((key) => {
    const [, id, rule] = /^finding\.([a-z-]+)\.([a-z-]+)$/.exec(key) ?? [];
    if (id === undefined || rule === undefined) return [];
    const found = { id, outcome: 'problem' as const, confidence: 'low' as const, evidence: [], detail: { rule } };
    return [{ ...found, ruledOut: [{ id: rule, values: {} }], surer: [{ id: rule, values: {} }] }];
  });
}

function judged(findings: Finding[], loadkit: string): RunRecord {
  const verdict = { name: 'INVALID' as const, exitCode: 95, reasons: [{ id: 'generator-limit', values: {} }] };
  return { ...couponRun().record, loadkit, judgement: { thresholds: [], findings, verdict } };
}

test('a finding of another loadkit that lacks its figures says in both languages that it cannot be told', async () => {
  const findings = await bareFindings();
  expect(findings.length).toBeGreaterThan(20);
  for (const [lang, other] of [
    ['ko', '0.0.9'],
    ['en', '99.0.0'],
  ] as const) {
    const [markdown = '', ...others] = await told(judged(findings, other), lang, ['md', 'html', 'json', 'junit']);
    for (const text of [markdown, ...others]) expect(withoutAssets(text)).not.toMatch(/\[object |native code|\{\{/);
    expect(markdown).toContain(untold[lang]);
  }
});

test('what another loadkit recorded with all its figures is told as ever', async () => {
  for (const lang of languages) {
    const [own, other] = await Promise.all(
      [version, '0.0.9'].map(async (loadkit) => {
        const [text = ''] = await told({ ...couponRun().record, loadkit }, lang, ['md']);
        return text.replaceAll(loadkit, 'VERSION');
      }),
    );
    expect(other).toBe(own);
    expect(other).not.toContain(untold[lang]);
  }
});

test('a finding of this loadkit that lacks its figures is a mistake of ours and stops the report', async () => {
  const findings = (await bareFindings()).slice(0, 40);
  for (const lang of languages) {
    await expect(told(judged(findings, version), lang, ['md'])).rejects.toMatchObject({ code: 'template' });
  }
});

test('names of what every object has are printed as they are', async () => {
  const findings = nativeNames.map((name) => ({
    ...{ id: name, outcome: 'problem' as const, confidence: null, detail: { rule: name, value: name } },
    evidence: [{ metric: name, from: null, to: null, value: 1, unit: name, comparedWith: { value: 2, what: name } }],
    ...{ ruledOut: [{ id: name, values: {} }], surer: [] },
  }));
  for (const name of nativeNames) {
    const record = {
      ...judged(findings, version),
      set: Object.fromEntries([['ISSUE_STRATEGY', name]]),
      probeNotes: Object.fromEntries([[name, [name]]]),
      invariants: [{ id: name, outcome: 'undetermined' as const, violations: null, evidence: {}, reason: name }],
      notices: [{ id: name, values: {} }],
    };
    const verdict = { name: 'FAIL' as const, exitCode: 99, reasons: [{ id: name, values: { why: name, rule: name } }] };
    const judgement = { thresholds: [], findings, verdict };
    for (const text of await told({ ...record, judgement }, 'en', ['md', 'json', 'junit'])) {
      expect(text).not.toMatch(/\[object |native code|function /);
    }
  }
});

const series: SeriesLine[] = Array.from({ length: 20 }, (_, second): SeriesLine[] => [
  {
    ...{ kind: 'load', t: loadStart + (second + 1) * 1_000, from: loadStart + second * 1_000, instance: 0 },
    ...{ counters: { 'http_reqs{name:a,status:200}': 5 }, gauges: { vus: 3 }, histograms: {} },
  },
  {
    ...{ kind: 'sample', t: loadStart + second * 1_000, probe: 'redis', outcome: 'ok', tookMs: 1 },
    values: { redis_ping_ms: 1 },
  },
]).flat();

test('any record that is read makes a report in every text format', async () => {
  const readable = altered(couponRun({ loadkit: '0.0.9' }).record).filter(
    (changed) => runRecordSchema.safeParse(changed).success,
  );
  await everyExampleInTurn(
    fc.tuple(readable, fc.constantFrom(...languages)),
    async ([changed, lang]) => {
      for (const text of await told(runRecordSchema.parse(changed), lang, ['md', 'json'], series)) {
        expect(text).not.toMatch(/\[object Object\]|native code/);
      }
    },
    0.15,
  );
});

test('a record whose times are far from those of its series makes a report', async () => {
  const { load } = builtRecord();
  if (load === null) throw new Error('a built run has a load');
  for (const [startedAt, endedAt] of [
    [0, 8.64e15],
    [loadStart, 8.64e15],
    [8.64e15, 0],
    [0, 1],
  ] as const) {
    const record = { ...couponRun().record, startedAt, endedAt, load: { ...load, startedAt, endedAt } };
    expect(await told(record, 'en', ['md', 'json'], series)).toHaveLength(2);
  }
});
