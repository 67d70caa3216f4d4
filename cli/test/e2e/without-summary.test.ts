import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/record/run-record.ts';
import { quantile } from '../../src/stats/quantile.ts';
import { wrappedK6 } from '../fixtures/generator/wrapped-k6.ts';
import { k6ForTests } from '../integration/load/k6-tool.ts';
import { startTargetServer, type TargetServer } from '../integration/load/target-server.ts';
import { csvOutput, readSamples } from './k6-samples.ts';
import { cacheWithoutStacks, onlyRun, runFolders, workplaces } from './loadkit.ts';

const script = fileURLToPath(new URL('scripts/counted.js', import.meta.url));
const stopping = fileURLToPath(new URL('../fixtures/foreign/abort-on-fail.js', import.meta.url));

const { place, removeAll } = workplaces();
let target: TargetServer;

beforeAll(async () => {
  target = await startTargetServer();
});
afterAll(async () => {
  await target.close();
  removeAll();
});

const k6 = k6ForTests().executable.file;

/** The real k6 with one output more, so that every sample of the very same run can be counted. */
function k6WithSamples(folder: string): { readonly k6: string; readonly csv: string } {
  const csv = join(folder, 'samples.csv');
  return { k6: wrappedK6(folder, k6, [csvOutput(csv)]), csv };
}

/** The real k6, whose exports arrive nowhere (port 9 is that of `discard`). */
function k6WithoutExports(folder: string): string {
  return wrappedK6(folder, k6, ['export K6_OTEL_HTTP_EXPORTER_ENDPOINT=127.0.0.1:9']);
}

function samplesOf(csv: string, metric: string): number[] {
  return readSamples(csv)
    .filter((one) => one.metric === metric)
    .map(({ value }) => value);
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const here = place();
  const finished = await here.loadkit(
    ['run', script, '-e', `TARGET=${target.baseUrl}`, '--quiet', '--lang', 'en', ...args],
    environment,
  );
  return { ...finished, ...onlyRun(here), here };
}

type Outcomes = ReadonlyArray<readonly [threshold: string, outcome: string]>;

function outcomesOf({ judgement }: RunRecord): Outcomes {
  return (judgement?.thresholds ?? []).map(({ metric, expression, outcome }) => [`${metric} ${expression}`, outcome]);
}

describe('a run whose k6 keeps no samples', () => {
  it('has the figures of every sample that k6 wrote: sums exactly, percentiles within what they are said to lie between', async () => {
    const own = k6WithSamples(place().folder);
    const { exitCode, record, folder } = await run(['--no-k6-summary'], { LOADKIT_K6: own.k6 });

    expect(exitCode).toBe(0);
    expect(record.load).toMatchObject({ summary: null, withoutSummary: true, iterations: { complete: 1_000 } });
    const merged = record.load?.merged ?? {};
    for (const metric of ['http_req_duration', 'iteration_duration', 'http_req_waiting', 'known']) {
      const samples = samplesOf(own.csv, metric);
      const { figures = {}, ranges = {} } = merged[metric] ?? {};
      expect([metric, samples.length, figures.count]).toEqual([metric, 1_000, 1_000]);
      expect(figures.min).toBeCloseTo(Math.min(...samples), 5);
      expect(figures.max).toBeCloseTo(Math.max(...samples), 5);
      expect(figures.avg).toBeCloseTo(samples.reduce((sum, one) => sum + one, 0) / 1_000, 5);
      for (const [name, q] of Object.entries({
        med: 0.5,
        'p(90)': 0.9,
        'p(95)': 0.95,
        'p(99)': 0.99,
        'p(99.9)': 0.999,
      })) {
        const exact = quantile(samples, q) ?? Number.NaN;
        const { least, most } = ranges[name] ?? { least: Number.NaN, most: Number.NaN };
        // The file has six decimals.
        expect(exact, `${metric} ${name}`).toBeGreaterThanOrEqual(least - 1e-6);
        expect(exact, `${metric} ${name}`).toBeLessThanOrEqual(most + 1e-6);
        expect(most / least, `${metric} ${name}`).toBeLessThan(1.2);
      }
    }
    expect(merged.http_reqs?.figures.count).toBe(1_000);
    expect(merged.checks?.figures).toMatchObject({ passes: 1_000, fails: 0, rate: 1 });
    expect(merged.data_sent?.figures.count).toBe(samplesOf(own.csv, 'data_sent').reduce((sum, one) => sum + one, 0));

    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(report).toContain("k6's own summary was switched off");
    expect(report).toContain('there is no count of k6 to compare with');
    expect(report).toContain('handleSummary() is not called');
    expect(report).not.toContain('are equal');
  });

  it('comes to the same end as with its summary, threshold by threshold', async () => {
    const [without, withSummary] = [await run(['--no-k6-summary']), await run([])];

    expect([without.exitCode, withSummary.exitCode]).toEqual([0, 0]);
    expect(outcomesOf(without.record)).toEqual(outcomesOf(withSummary.record));
    const bySeries = without.record.judgement?.thresholds ?? [];
    expect(bySeries.every(({ source }) => source === 'series')).toBe(true);
    expect(withSummary.record.judgement?.thresholds.every(({ source }) => source === 'k6')).toBe(true);
    expect(withSummary.stdout).toContain('the summary of the script');
    expect(without.stdout).not.toContain('the summary of the script');
    const [inSummary, merged] = [withSummary.record.load?.summary, without.record.load?.merged];
    expect(merged?.known?.figures.avg).toBeCloseTo(inSummary?.known?.avg ?? Number.NaN, 9);
    expect(merged?.known?.ranges.med?.least).toBeLessThanOrEqual(inSummary?.known?.med ?? Number.NaN);
    expect(merged?.known?.ranges.med?.most).toBeGreaterThanOrEqual(inSummary?.known?.med ?? Number.NaN);
  });

  it('ends with 99 when a threshold is broken', async () => {
    const { exitCode, record, folder } = await run(['--no-k6-summary', '-e', 'LIMIT=p(95)<140']);

    expect(exitCode).toBe(99);
    expect(record.load?.exitCode).toBe(0);
    expect(record.judgement?.verdict.name).toBe('FAIL');
    expect(outcomesOf(record).filter(([, outcome]) => outcome !== 'held')).toEqual([['known p(95)<140', 'broken']]);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="1" errors="0"');
  });

  it('ends with 95 when a limit lies within the error, where every sample would have told', async () => {
    const { exitCode, record, folder } = await run(['--no-k6-summary', '-e', 'LIMIT=med<124.501']);

    expect(exitCode).toBe(95);
    const undecided = (record.judgement?.thresholds ?? []).filter(({ outcome }) => outcome === 'no-data');
    expect(undecided).toMatchObject([{ metric: 'known', reason: 'within-error' }]);
    expect(undecided[0]?.range?.least).toBeLessThanOrEqual(124.5);
    expect(undecided[0]?.range?.most).toBeGreaterThanOrEqual(124.5);
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('the limit lies within the measuring error');
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="0" errors="1"');
  });

  it('is no pass when the exports of k6 were lost, which only its count of iterations tells', async () => {
    const { exitCode, record } = await run(['--no-k6-summary'], { LOADKIT_K6: k6WithoutExports(place().folder) });

    expect([exitCode, record.load?.exitCode]).toEqual([95, 0]);
    expect(record.judgement?.verdict.reasons).toContainEqual({
      id: 'iterations-differ',
      values: { byK6: 1_000, inSeries: 0 },
    });
    expect(outcomesOf(record).every(([, outcome]) => outcome === 'no-data')).toBe(true);
  });

  it('is refused with 2 when a threshold is to stop the load, and says which and what to do', async () => {
    const here = place();
    const { exitCode, stderr } = await here.loadkit([
      'run',
      stopping,
      '--no-k6-summary',
      '-e',
      `TARGET=${target.baseUrl}`,
    ]);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/abortOnFail/);
    expect(stderr).toMatch(/leave --no-k6-summary out/);
    expect(runFolders(here)).toEqual([]);
    const stress = await here.loadkit(['run', 'order', '--profile', 'stress', '--no-k6-summary']);
    expect([stress.exitCode, stress.stderr]).toEqual([2, expect.stringContaining('not stress')]);
  });

  it('makes the same report again from its record', async () => {
    const { here, folder } = await run(['--no-k6-summary']);
    const before = readFileSync(join(folder, 'report.md'), 'utf8');
    const again = await here.loadkit(['report', 'latest', '--lang', 'en']);
    expect([again.exitCode, readFileSync(join(folder, 'report.md'), 'utf8') === before]).toEqual([0, true]);
  });

  it('says beforehand what it would do without', async () => {
    const here = place();
    const { exitCode, stdout } = await here.loadkit(['run', script, '--no-k6-summary', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("k6's thresholds judged from the series");
    expect(stdout).toContain('handleSummary() is not called');
  });
});

describe('scenarios of our own', () => {
  const cache = cacheWithoutStacks();
  afterAll(() => cache.remove());

  it('have the figures of each step, and a gate of every threshold, without the summary', async () => {
    const here = place();
    const { stderr } = await here.loadkit(
      [
        'run',
        'order',
        '--profile',
        'spike',
        '--rate',
        '10',
        '--duration',
        '12s',
        '--stack',
        'local',
        '--no-warmup',
        '--no-k6-summary',
        '--quiet',
        '--lang',
        'en',
      ],
      { XDG_CACHE_HOME: cache.home },
    );

    const { record, folder } = onlyRun(here);
    expect(stderr).toContain("k6's own summary is off");
    const ofScript = (record.judgement?.thresholds ?? []).filter(({ source }) => source === 'series');
    expect(ofScript.length).toBe(record.load?.thresholds.length);
    expect(ofScript.length).toBeGreaterThan(3);
    for (const { outcome, reason, range, observed } of ofScript) {
      expect([outcome === 'no-data' ? reason : null, observed !== null || outcome === 'no-data']).toEqual([
        outcome === 'no-data' ? expect.stringMatching(/^(within-error|too-few-samples)$/) : null,
        true,
      ]);
      if (range !== undefined) expect(range.most).toBeGreaterThanOrEqual(range.least);
    }
    expect(record.load?.merged?.iterations?.figures.count).toBe(record.load?.iterations?.complete);
    expect(record.command).toContain('--no-k6-summary');
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(report).toMatch(/\| spike +\| .*TPS/);
    expect(report).toContain('figures are merged');
  });
});
