import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { numberFormat } from '../../src/report/number-format.ts';
import { quantile } from '../../src/stats/quantile.ts';
import { wrappedK6 } from '../fixtures/generator/wrapped-k6.ts';
import { findK6 } from '../integration/scenario-k6.ts';
import { csvOutput, readSamples, type Sample } from './k6-samples.ts';
import { cacheWithoutStacks, runFolders, workplaces } from './loadkit.ts';

/**
 * Section 3 against two sources that loadkit does not read: every sample as k6 itself writes it to a CSV file, and the rows
 * that the run left in the database. The stack stays up for that.
 */
const { place, removeAll } = workplaces();
const here = place();
const cache = cacheWithoutStacks();
const env = { XDG_CACHE_HOME: cache.home, TEST_MARK: here.folder };
const samples = join(here.folder, 'samples');
let mysqlUrl = '';

beforeAll(async () => {
  const { exitCode, stdout } = await here.loadkit(['stack', 'up', '--stack', 'local', '--export'], env);
  expect(exitCode).toBe(0);
  mysqlUrl = /^export MYSQL_URL='(.*)'$/m.exec(stdout)?.[1] ?? '';
});
afterAll(async () => {
  await here.loadkit(['stack', 'down'], env);
  cache.remove();
  removeAll();
});

/** The real k6 with one output more; a process writes a file of its own. */
function k6WithSamples(): string {
  mkdirSync(samples, { recursive: true });
  const real = findK6();
  if (real === null) throw new Error('no k6: run `loadkit setup`');
  return wrappedK6(here.folder, real, [csvOutput(`${samples}/$$.csv`)]);
}

/** Cells of the first column of figures by the name of their row; the first table that has the row counts. */
function cellsOf(markdown: string): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const [, name = '', cell = ''] of markdown.matchAll(/^\| ([^|]+?) +\| +([^|]+?) +\|$/gm)) {
    if (!cells.has(name)) cells.set(name, cell);
  }
  return cells;
}

async function run(args: readonly string[]) {
  const before = existsSync(samples) ? readdirSync(samples) : [];
  const known = existsSync(here.reports) ? runFolders(here) : [];
  const { exitCode, stderr } = await here.loadkit(
    ['run', ...args, '--stack', 'running', '--no-warmup', '--duration', '10s', '--quiet'],
    { ...env, LOADKIT_K6: k6WithSamples() },
  );
  const folder = runFolders(here).find((one) => !known.includes(one)) ?? '';
  const files = readdirSync(samples).filter((name) => !before.includes(name));
  // On a busy machine a threshold may break, or the generator be the limit: the figures are to be right all the same.
  expect([0, 95, 99]).toContain(exitCode);
  expect([stderr, files.length]).toEqual(['', 1]);
  const text = readFileSync(join(folder, 'report.md'), 'utf8');
  const section = text.slice(
    text.indexOf('\n## 3.'),
    text.indexOf('\n## 4.') > 0 ? text.indexOf('\n## 4.') : undefined,
  );
  return { cells: cellsOf(section), all: readSamples(join(samples, files[0] ?? '')) };
}

async function rows(sql: string): Promise<number> {
  const connection = await createConnection(mysqlUrl);
  try {
    const [found] = await connection.query(sql);
    return z.array(z.object({ n: z.coerce.number() })).parse(found)[0]?.n ?? Number.NaN;
  } finally {
    await connection.end();
  }
}

const format = numberFormat('ko');

function expectSectionThree({ cells, all }: Awaited<ReturnType<typeof run>>): void {
  const values = (metric: string, wanted: (tags: Sample['tags']) => boolean = () => true) =>
    all.filter((one) => one.metric === metric && wanted(one.tags)).map(({ value }) => value);
  const requests = all.filter(({ metric }) => metric === 'http_reqs');
  const good = values('http_req_duration', ({ expected_response }) => expected_response === 'true');
  const iterations = values('iteration_duration');
  const mean = good.reduce((sum, value) => sum + value, 0) / good.length;
  const failed = requests.filter(({ tags }) => tags.expected_response !== 'true').length;
  expect(requests.length).toBeGreaterThan(300);
  expect(Object.fromEntries(cells)).toMatchObject({
    '총 요청 수': format.count(requests.length),
    '평균 응답 시간': format.time(mean),
    '응답 시간 (p95)': format.time(quantile(good, 0.95)),
    '응답 실패율': format.share(failed / requests.length),
    'iteration duration (p95)': format.time(quantile(iterations, 0.95)),
    '최대 응답 시간': format.time(Math.max(...good)),
    '최대 iteration 시간': format.time(Math.max(...iterations)),
  });
  // k6 divides by the length of its test, of which the samples know only the seconds of the first and the last.
  const tps = Number(/[\d.]+/.exec((cells.get('평균 TPS') ?? '').replaceAll(',', ''))?.[0]);
  const stamps = requests.map(({ tags }) => Number(tags.timestamp));
  const atLeast = Math.max(...stamps) - Math.min(...stamps) - 1;
  expect(requests.length / tps).toBeGreaterThan(atLeast);
  expect(requests.length / tps).toBeLessThan(atLeast + 4);
}

function expectIterationSplit({ cells, all }: Awaited<ReturnType<typeof run>>): void {
  const sum = (metric: string) =>
    all.filter((one) => one.metric === metric).reduce((total, { value }) => total + value, 0);
  const total = sum('iteration_duration');
  expect(cells.get('대기 시간 (think time)')).toBe(format.share(sum('think_time') / total));
  const http = sum('http_wall_time') > 0 ? sum('http_wall_time') : sum('http_req_duration') + sum('http_req_blocked');
  expect(cells.get('HTTP 요청')).toBe(format.share(http / total));
}

function countOf(all: readonly Sample[], status: string): number {
  return all.filter(({ metric, tags }) => metric === 'http_reqs' && tags.status === status).length;
}

const counted = (cell: string | undefined) => (cell ?? '').replace(/ \(.*/, '');

describe('section 3 of the report', () => {
  it('holds of an open load what k6 wrote sample by sample, and the coupons that are in the database', async () => {
    const one = await run(['coupon', '--profile', 'open', '--rate', '100']);
    expectSectionThree(one);
    const issued = countOf(one.all, '201');
    expect(counted(one.cells.get('성공'))).toBe(format.count(issued));
    expect(counted(one.cells.get('정상 거절'))).toBe(format.count(countOf(one.all, '409') + countOf(one.all, '410')));
    expect(await rows('SELECT COUNT(*) AS n FROM coupon_issue')).toBe(issued);
    expect(one.cells.get('요청 누락')).toBe(
      format.count(
        one.all.filter(({ metric }) => metric === 'dropped_iterations').reduce((n, { value }) => n + value, 0),
      ),
    );
  });

  it('holds of a closed load what k6 wrote sample by sample, and the orders that are in the database', async () => {
    const one = await run(['order', '--vus', '40', '-e', 'DOUBLE_CLICK=0.1']);
    expectSectionThree(one);
    const ordered = countOf(one.all, '201');
    // A second click on the same order is told of the first: a success, and no order more.
    const told = countOf(one.all, '200');
    expect(counted(one.cells.get('성공'))).toBe(format.count(ordered + told));
    expect(counted(one.cells.get('└ 201 새로 생성'))).toBe(format.count(ordered));
    expect(await rows('SELECT COUNT(*) AS n FROM orders')).toBe(ordered);
    expectIterationSplit(one);
  });
});
