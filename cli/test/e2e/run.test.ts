import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { histogramQuantile, mergeHistograms } from '../../src/stats/histogram.ts';
import { settledLeftover } from './leftover.ts';
import { type Finished, onlyRun, readLines, readRecord, runFolders, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
afterAll(removeAll);

describe('loadkit run coupon', () => {
  const here = place();
  let finished: Finished;
  let pid: number;

  beforeAll(async () => {
    const running = here.start(['run', 'coupon', '--profile', 'smoke'], { TEST_MARK: here.folder });
    pid = running.pid;
    finished = await running.ended;
  });

  it('ends with PASS, exit code 0, and says where the report is', () => {
    expect(finished.stderr).not.toContain('internal error');
    expect(finished.stdout).toMatch(/^PASS {2}coupon/m);
    expect(finished.stdout).toContain('report.html');
    expect(finished.exitCode).toBe(0);
  });

  it('makes the same reports again from the record, to the byte', async () => {
    const { folder } = onlyRun(here);
    expect((await here.loadkit(['report', '--output', 'again'])).exitCode).toBe(0);
    for (const name of ['report.md', 'report.html', 'report.json', 'junit.xml', 'summary.txt']) {
      const [first, again] = [folder, join(here.folder, 'again')].map((place) =>
        readFileSync(join(place, name), 'utf8'),
      );
      expect(again === first, name).toBe(true);
    }
  });

  it('leaves no process and no temp folder', async () => {
    const left = await settledLeftover({ pid, mark: here.folder }, 3_000);
    expect(left).toEqual({ processes: [], folders: [] });
  });

  it('leaves a record with the versions and settings of every part', () => {
    const { record } = onlyRun(here);
    expect(record.status).toBe('complete');
    const products = Object.fromEntries(record.parts.map(({ name, product }) => [name, product]));
    expect(Object.keys(products).sort()).toEqual(['api', 'k6', 'kafka', 'mysql', 'redis', 'worker']);
    for (const part of record.parts) expect(part.version, part.name).not.toBe('');
    expect(record.parts.find(({ name }) => name === 'mysql')?.settings).toHaveProperty(
      'innodb_flush_log_at_trx_commit',
    );
  });

  it("counts each request once: the series adds up to k6's own total", () => {
    const { record, folder } = onlyRun(here);
    const requests = readLines(folder)
      .filter((line) => line.kind === 'load')
      .flatMap(({ counters }) => Object.entries(counters))
      .filter(([key]) => key.startsWith('http_reqs{'))
      .reduce((sum, [, count]) => sum + count, 0);
    expect(requests).toBeGreaterThan(0);
    expect(requests).toBe(record.load?.summary?.http_reqs?.count);
    expect(record.load?.reconciliation.difference).toBe(0);
  });

  it("merges the seconds' histograms to k6's p95", () => {
    const { record, folder } = onlyRun(here);
    const merged = mergeHistograms(
      readLines(folder)
        .filter((line) => line.kind === 'load')
        .flatMap(({ histograms }) => Object.entries(histograms))
        .filter(([key]) => key.startsWith('http_req_duration{'))
        .map(([, histogram]) => histogram),
    );
    const exact = record.load?.summary?.http_req_duration;
    expect(merged.count).toBe(exact?.count);
    expect(merged.max).toBeCloseTo(exact?.max ?? 0, 6);
    // Two buckets' width at the scale of the merge: samples are few here, so the rank may fall between them.
    const ratio = (histogramQuantile(merged, 0.95) ?? 0) / (exact?.['p(95)'] ?? 1);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.09);
  });

  it('has a reading of every probe in (nearly) every second', () => {
    const { record, folder } = onlyRun(here);
    const samples = readLines(folder).filter((line) => line.kind === 'sample');
    const probes = new Set(samples.map(({ probe }) => probe));
    expect([...probes].sort()).toEqual(['kafka', 'mysql', 'process', 'prometheus:api', 'prometheus:worker', 'redis']);
    const load = record.load ?? { startedAt: 0, endedAt: 0 };
    for (const probe of probes) {
      const ok = samples.filter(
        (s) => s.probe === probe && s.outcome === 'ok' && s.t >= load.startedAt && s.t <= load.endedAt,
      );
      expect(ok.length, probe).toBeGreaterThanOrEqual(3);
    }
  });

  it('counts every invariant in the stores and finds them held', () => {
    const { record } = onlyRun(here);
    expect(record.drain?.drained).toBe(true);
    expect(record.invariants.length).toBeGreaterThanOrEqual(10);
    expect(record.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
  });

  it('writes the report in Korean, and makes the same bytes again from the record', async () => {
    const { folder, record } = onlyRun(here);
    const first = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(first).toContain('총 요청 수');
    expect(first).toContain('정합성 검증');
    expect(first).toContain('POST /api/coupons/{userId}');
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    const again = await here.loadkit(['report', 'latest']);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain(record.id);
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toBe(first);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(html);
  });

  it('lists the run', async () => {
    const { record } = onlyRun(here);
    const listed = await here.loadkit(['runs', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: record.id, verdict: 'PASS', exitCode: 0 }]);
  });

  it('keeps the log of every process', () => {
    const { folder } = onlyRun(here);
    for (const name of ['redis', 'mysql', 'kafka', 'api', 'worker', 'k6', 'k6-warmup']) {
      expect(existsSync(join(folder, 'logs', `${name}.log`)), name).toBe(true);
    }
  });
});

describe('loadkit run coupon order', () => {
  it('runs one after the other: two records, one report with two columns, JSON on stdout', async () => {
    const here = place();
    const finished = await here.loadkit([
      'run',
      'coupon',
      'order',
      '--profile',
      'smoke',
      '--duration',
      '3s',
      '--json',
      '--quiet',
    ]);
    const result = JSON.parse(finished.stdout);
    expect(finished.exitCode).toBe(0);
    expect(result.runs.map((run: { scenario: string }) => run.scenario)).toEqual(['coupon', 'order']);
    expect(runFolders(here)).toHaveLength(2);
    const combined = result.reports.find((file: string) => file.includes('coupon+order') && file.endsWith('.md'));
    const text = readFileSync(combined, 'utf8');
    expect(text).toContain('POST /api/coupons/{userId}');
    expect(text).toContain('POST /api/orders');
    expect(finished.stderr).toBe('');
    for (const folder of runFolders(here)) expect(readRecord(folder).judgement?.verdict.name).toBe('PASS');
  });
});

describe('verdicts', () => {
  it('counts over-issue and duplicates of the naive strategy and ends with 94', async () => {
    const here = place();
    const finished = await here.loadkit([
      'run',
      'coupon',
      '--profile',
      'smoke',
      '--duration',
      '4s',
      '--vus',
      '20',
      '-e',
      'DOUBLE_CLICK=0.5',
      '--set',
      'ISSUE_STRATEGY=naive',
      '--fixture',
      'COUPON_STOCK=100',
    ]);
    const { record } = onlyRun(here);
    const violations = Object.fromEntries(record.invariants.map(({ id, violations }) => [id, violations]));
    expect(violations['over-issue']).toBeGreaterThan(0);
    expect(violations['duplicate-issue']).toBeGreaterThan(0);
    expect(record.set).toEqual({ ISSUE_STRATEGY: 'naive' });
    expect(finished.exitCode).toBe(94);
  });

  it('ends with 99 when a threshold is broken, and says which', async () => {
    const here = place();
    const finished = await here.loadkit(['run', join(import.meta.dirname, 'scripts/strict.ts'), '--no-warmup']);
    expect(finished.stdout).toMatch(/^FAIL/m);
    expect(finished.stdout).toContain('p(95)<0.001');
    expect(finished.exitCode).toBe(99);
  });

  it('blames the server and not the generator when a slow server makes k6 drop iterations: 99', async () => {
    const here = place();
    const finished = await here.loadkit([
      'run',
      'order',
      '--profile',
      'open',
      '--rate',
      '1200', // on a fast disk one connection keeps up with 400
      '--vus',
      '20',
      '--duration',
      '8s',
      '--set',
      'MYSQL_POOL_SIZE=1',
    ]);
    const { record } = onlyRun(here);
    expect(record.load?.summary?.dropped_iterations?.count).toBeGreaterThan(0);
    expect(record.judgement?.verdict.reasons.map(({ id }) => id)).not.toContain('generator-limit');
    expect(finished.exitCode).toBe(99);
  });

  it('calls the run invalid when the generator had too little CPU: 95', async () => {
    const here = place();
    const finished = await here.loadkit(['run', 'coupon', '--profile', 'open', '--rate', '20000', '--duration', '8s'], {
      GOMAXPROCS: '1',
    });
    const { record } = onlyRun(here);
    expect(record.judgement?.verdict.reasons.map(({ id }) => id)).toContain('generator-limit');
    expect(record.judgement?.verdict.name).toBe('INVALID');
    expect(finished.exitCode).toBe(95);
  });

  it('sees the deadlocks of orders that lock in request order in the MySQL series', async () => {
    const here = place();
    await here.loadkit([
      'run',
      'order',
      '--profile',
      'smoke',
      '--vus',
      '40',
      '--duration',
      '5s',
      '-e',
      'HOT_PRODUCTS=5',
      '-e',
      'THINK_MAX=0',
      '--set',
      'ORDER_LOCKING=request-order',
    ]);
    const { record } = onlyRun(here);
    const gate = record.judgement?.thresholds.find(({ metric }) => metric === 'mysql_deadlocks');
    expect(gate?.outcome).toBe('broken');
    expect(gate?.observed).toBeGreaterThan(0);
    expect(record.invariants.filter(({ outcome }) => outcome === 'violated')).toEqual([]);
  });
});
