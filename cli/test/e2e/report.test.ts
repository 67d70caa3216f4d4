import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunFolder } from '../../src/record/run-folder.ts';
import { SeriesWriter } from '../../src/record/series-file.ts';
import { fileNames } from '../../src/report/format.ts';
import { drilledRun } from '../unit/report/built-drill.ts';
import { answers, couponRun } from '../unit/report/built-report.ts';
import { type Workplace, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const id = '20260921-173320-coupon-test';
let at: Workplace;

beforeAll(async () => {
  at = place();
  const folder = new RunFolder(at.reports, id);
  mkdirSync(folder.path, { recursive: true });
  await folder.write(couponRun().record);
  const series = new SeriesWriter(folder.series);
  series.append(answers({ 201: 10_000, 409: 3_863, 410: 15_664 }));
  await series.close();
});
afterAll(removeAll);

it('`loadkit report` alone makes every format of the newest run beside its record', async () => {
  const { exitCode, stdout } = await at.loadkit(['report']);
  expect(exitCode).toBe(0);
  const names = ['report.md', 'report.html', 'report.json', 'junit.xml', 'summary.txt'];
  expect(stdout.split('\n')).toEqual(names.map((name) => join('reports', id, name)));
  const markdown = readFileSync(join(at.reports, id, 'report.md'), 'utf8');
  const images = [...markdown.matchAll(/\]\((charts\/[^)]+)\)/g)].map(([, path]) => path ?? '');
  expect(images.length).toBeGreaterThan(0);
  for (const image of images) expect(existsSync(join(at.reports, id, image))).toBe(true);
});

it('the same record gives the same bytes, images included', async () => {
  const { stdout } = await at.loadkit(['report', 'latest', '--format', 'md,junit', '-o', 'again']);
  expect(stdout.split('\n')).toEqual(['again/report.md', 'again/junit.xml']);
  const { stdout: once } = await at.loadkit(['report', 'latest', '--format', 'md', '-o', 'once']);
  const markdown = readFileSync(join(at.folder, once), 'utf8');
  for (const [, image = ''] of markdown.matchAll(/\]\((charts\/[^)]+)\)/g)) {
    const [a, b] = ['again', 'once'].map((name) => readFileSync(join(at.folder, name, image)));
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
  }
});

it('one format goes to stdout, to be piped on, and nothing is written', async () => {
  const { exitCode, stdout } = await at.loadkit(['report', id.slice(0, 15), '--format', 'json', '--output', '-']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'loadkit.report', runs: [{ id, verdict: { name: 'PASS' } }] });
  expect(existsSync(join(at.folder, '-'))).toBe(false);
});

describe('a batch of drills', () => {
  const faults = ['lock-orphan', 'lock-orphan-expiring'];
  const drills = 'reports/drills';

  beforeAll(async () => {
    const folder = join(at.folder, drills);
    const mitigation = 'lock-timeout';
    const [plain, answered] = [{}, { fault: faults[1] ?? '', mitigates: faults[0] ?? '', mitigation }];
    for (const [index, drill] of [plain, answered].entries()) {
      const own = new RunFolder(folder, faults[index] ?? '');
      mkdirSync(own.path, { recursive: true });
      await own.write(drilledRun(drill, { id: own.id }).record);
    }
    const planned = [...faults, 'row-held'].map((fault) => ({ fault, number: 1, of: 1 }));
    const batch = { schema: 'loadkit.drills', id: 'b1', options: {} };
    const done = planned.map((one) => ({ ...one, run: faults.includes(one.fault) ? one.fault : null }));
    writeFileSync(join(folder, 'drills.json'), JSON.stringify({ ...batch, drills: done }));
  });

  it('joins the report of a load: all that are done, with a document of their own that leads to each', async () => {
    expect((await at.loadkit(['report', faults[0] ?? '', '--reports', drills, '--format', 'html'])).exitCode).toBe(0);
    const { exitCode, stdout } = await at.loadkit([
      'report',
      id,
      '--drills',
      drills,
      '--format',
      'md,json',
      '-o',
      'joined',
    ]);
    expect([exitCode, stdout.split('\n')]).toEqual([0, ['joined/report.md', 'joined/drills.md', 'joined/report.json']]);
    const report: unknown = JSON.parse(readFileSync(join(at.folder, 'joined/report.json'), 'utf8'));
    expect(report).toMatchObject({
      runs: [{ id }, { id: faults[0] }, { id: faults[1] }],
      failures: [{ id: 'lock', drillCount: 2 }, { worst: null }, { worst: null }, { worst: null }],
    });
    const text = readFileSync(join(at.folder, 'joined/drills.md'), 'utf8');
    expect(text).toContain('완화 전후');
    // Only the first has a page that could be opened.
    expect(text).toContain('[lock-orphan](../reports/drills/lock-orphan/incident.md)');
    expect(text).not.toContain('lock-orphan-expiring/incident');
  });

  it('has a report without a load as well', async () => {
    const { exitCode, stdout } = await at.loadkit(['report', '--drills', drills, '--format', 'summary', '-o', 'alone']);
    expect([exitCode, stdout]).toEqual([0, 'alone/summary.txt']);
    const text = readFileSync(join(at.folder, stdout), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    for (const fault of ['만료 없는 락의 소유자 사망', '만료 있는 락의 소유자 사망']) expect(text).toContain(fault);
  });

  it('is refused where there is none, with how to make one', async () => {
    const { exitCode, stderr } = await at.loadkit(['report', '--drills', 'reports']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--drills: no batch of drills was begun in .*reports[\s\S]*loadkit drill all --reports/);
  });
});

it.each([
  [['--format', 'pdf'], /no format "pdf"/, /md, html, json, junit, summary/],
  [['--output', '-'], /one format goes to stdout, found md, html/, /--format json/],
  [['--open', '--format', 'md'], /--open opens the page/, /add html/],
  [['nonesuch'], /no run "nonesuch"/, /the newest are/],
])('%s is refused with what to do', async (args, what, hint) => {
  const { exitCode, stdout, stderr } = await at.loadkit(['report', ...args]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(what);
  expect(stderr).toMatch(hint);
});

it('--open hands the page to the opener of the system', async () => {
  const bin = join(at.folder, 'bin');
  mkdirSync(bin);
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(bin, name), '#!/bin/sh\nprintf %s "$1" > "$OPENED"\n');
    chmodSync(join(bin, name), 0o755);
  }
  const opened = join(at.folder, 'opened');
  const env = { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, OPENED: opened };
  const { exitCode, stderr } = await at.loadkit(['report', '--format', 'html', '--open'], env);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(readFileSync(opened, 'utf8')).toBe(join(at.reports, id, 'report.html'));
});

it('--open says how to open the page where there is no opener, and the report stands', async () => {
  const { exitCode, stdout, stderr } = await at.loadkit(['report', '--format', 'html', '--open'], { PATH: '/nowhere' });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(join('reports', id, 'report.html'));
  expect(stderr).toMatch(/no program here that opens a page[\s\S]*open it yourself: file:\/\/\/.*report\.html/);
});

describe('`loadkit run` in a job of GitHub Actions', () => {
  const script = join(import.meta.dirname, '../fixtures/foreign/setup-throws.js');

  it('annotates on stderr, appends to the job summary, and leaves stdout to the results', async () => {
    const here = place();
    const summary = join(here.folder, 'step-summary.md');
    writeFileSync(summary, '# of another command\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { exitCode, stdout, stderr } = await here.loadkit(['run', script, '--json', '--quiet'], env);
    expect(exitCode).toBe(107);
    const { reports } = z.object({ reports: z.array(z.string()) }).parse(JSON.parse(stdout));
    expect(reports.map((file) => basename(file))).toEqual(Object.values(fileNames));
    for (const file of reports) expect(existsSync(file)).toBe(true);
    expect(stderr).toMatch(/^::error title=loadkit [^:]*%3A SCRIPT_FAILURE \(107\)::.+$/m);
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^# of another command\n\n# .*setup-throws/);
    expect(text).not.toContain('.png');
    expect(text.match(/^# /gm)).toHaveLength(2);
  });

  it('says that a summary could not be written, and ends as it would have', async () => {
    const here = place();
    const { exitCode, stderr } = await here.loadkit(['run', script, '--quiet'], { GITHUB_STEP_SUMMARY: here.folder });
    expect(exitCode).toBe(107);
    expect(stderr).toMatch(/^loadkit: no job summary was written to .*: EISDIR/m);
    expect(stderr).not.toMatch(/^::/m);
  });
});
