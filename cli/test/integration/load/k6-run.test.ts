import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAnswerLines } from '../../../src/load/answer-lines.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { type Histogram, histogramQuantile, mergeHistograms } from '../../../src/stats/histogram.ts';
import { quantile } from '../../../src/stats/quantile.ts';
import { k6ForTests } from './k6-tool.ts';
import { type LoadFixture, openLoadFixture, totalOf } from './load-fixture.ts';
import { startTargetServer, type TargetServer } from './target-server.ts';

let fixture: LoadFixture;
let target: TargetServer;

beforeAll(async () => {
  fixture = await openLoadFixture();
});
afterAll(() => fixture.close());

function closed(path: string, vus: string, duration = '3s') {
  return { vus, duration, env: { TARGET_PATH: path, THINK: '0.05' } };
}

function open(path: string, rate: string, duration = '3s') {
  return { profile: 'open', rate, duration, env: { TARGET_PATH: path } };
}

function durations(lines: readonly LoadLine[]) {
  return mergeHistograms(
    lines.flatMap((line) =>
      Object.entries(line.histograms)
        .filter(([key]) => key.startsWith('http_req_duration{'))
        .map(([, histogram]) => histogram),
    ),
  );
}

/** How far a sample may be from where its bucket says it is, as a share of its value. */
function bucketWidth({ scale }: Histogram): number {
  return 2 ** (2 ** -scale) - 1;
}

describe('the series of a run', () => {
  beforeAll(async () => {
    target = await startTargetServer();
  });
  afterAll(() => target.close());

  test.each([
    ['closed', closed('/', '10')],
    ['closed with conflicts and errors', closed('/mixed', '5')],
    ['closed with slow answers', closed('/slow', '20')],
    ['open', open('/spread', '300')],
    ['open with slow answers', open('/slow', '400')],
  ])('counts exactly what k6 and the server count: %s', async (_, parameters) => {
    const served = target.requests();

    const { outcome, lines } = await fixture.run('target.js', { baseUrl: target.baseUrl, parameters });

    const requests = totalOf(lines, 'http_reqs');
    expect(outcome.exitCode).toBe(0);
    expect(requests).toBeGreaterThan(100);
    expect(outcome.reconciliation).toEqual({
      seriesRequests: requests,
      summaryRequests: requests,
      difference: 0,
      rejectedExports: 0,
    });
    // k6 never reports what `gracefulStop` cut off; nothing was cut off here.
    expect(outcome.iterations?.interrupted).toBe(0);
    expect(target.requests() - served).toBe(requests);
    expect(outcome.iterations?.complete).toBe(outcome.summary?.iterations?.count);
    expect(totalOf(lines, 'units')).toBe(2 * requests);

    const merged = durations(lines);
    const summary = outcome.summary?.http_req_duration ?? {};
    expect(merged.count).toBe(summary.count);
    expect(merged.min).toBe(summary.min);
    expect(merged.max).toBe(summary.max);
    expect(merged.sum / merged.count).toBeCloseTo(summary.avg ?? 0, 9);
    const p95 = histogramQuantile(merged, 0.95) ?? 0;
    expect(Math.abs(p95 / (summary['p(95)'] ?? 0) - 1)).toBeLessThan(bucketWidth(merged));
  });

  test('keeps correct rejections and system errors apart by tag', async () => {
    const { lines, outcome } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters: closed('/mixed', '4', '2s'),
    });

    const conflicts = totalOf(
      lines,
      'http_reqs',
      (key) => key.includes('expected_response:true') && key.includes('status:409'),
    );
    const broken = totalOf(
      lines,
      'http_reqs',
      (key) => key.includes('expected_response:false') && key.includes('status:500'),
    );
    expect(conflicts).toBeGreaterThan(0);
    expect(broken).toBe(outcome.summary?.http_req_failed?.passes);
    expect(totalOf(lines, 'http_req_failed.total', (key) => key.includes('condition:nonzero'))).toBe(broken);
    expect(totalOf(lines, 'http_req_failed.total')).toBe(totalOf(lines, 'http_reqs'));
  });

  test('is told whose each answer was in a file of its own, and in no other run', async () => {
    const coupon = fileURLToPath(new URL('../../../../scenarios/coupon.ts', import.meta.url));
    const consoleFile = join(fixture.folder, 'console.log');
    const given = { baseUrl: target.baseUrl, parameters: { profile: 'open', rate: '50', duration: '3s' } };

    const asked = await fixture.run(coupon, { ...given, consoleFile });
    const answers = (await readAnswerLines(consoleFile)).flatMap((line) => line.answers);
    expect(answers.length).toBeGreaterThan(100);
    expect(answers).toHaveLength(totalOf(asked.lines, 'http_reqs'));
    expect(await readFile(asked.log, 'utf8')).not.toContain('loadkit-answer');

    const unasked = await fixture.run(coupon, given);
    expect(await readFile(unasked.log, 'utf8')).not.toContain('loadkit-answer');
  });

  test('agrees with every single sample that k6 wrote to CSV', async () => {
    const csv = join(fixture.folder, 'samples.csv');
    const k6 = await k6WithFlags(`--out csv=${csv}`);

    const { lines } = await fixture.run('target.js', {
      k6,
      baseUrl: target.baseUrl,
      parameters: closed('/spread', '10'),
    });

    const samples = (await readFile(csv, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('http_req_duration,'))
      .map((line) => Number(line.split(',')[2]));
    const merged = durations(lines);
    expect(merged.count).toBe(samples.length);
    for (const q of [0.5, 0.9, 0.95]) {
      const exact = quantile(samples, q) ?? 0;
      expect(Math.abs((histogramQuantile(merged, q) ?? 0) / exact - 1)).toBeLessThan(bucketWidth(merged));
    }
  });

  test('tells what a metric without samples is from what is zero', async () => {
    const { outcome } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters: closed('/', '2', '1s'),
    });

    const summary = outcome.summary ?? {};
    expect(summary).not.toHaveProperty('unset_trend');
    expect(summary).not.toHaveProperty('unset_rate');
    expect(summary).not.toHaveProperty('unset_gauge');
    expect(summary['http_req_duration{name:nobody}']).toBeUndefined();
    expect(summary.unset_counter?.count).toBe(0);
    expect(summary.level).toEqual({ value: 7, min: 7, max: 7 });
    expect(summary.charge?.min).toBe(-1);
  });

  test('goes on when the server is killed in mid-run', async () => {
    const victim = await startTargetServer();
    let seconds = 0;

    const { outcome, lines } = await fixture.run('target.js', {
      baseUrl: victim.baseUrl,
      parameters: closed('/', '5', '4s'),
      onLine: () => {
        seconds += 1;
        if (seconds === 2) void victim.close();
      },
    });

    const refused = totalOf(
      lines,
      'http_reqs',
      (key) => key.includes('status:0') && key.includes('expected_response:false'),
    );
    expect(refused).toBeGreaterThan(0);
    expect(totalOf(lines, 'http_reqs', (key) => key.includes('status:200'))).toBeGreaterThan(0);
    expect(outcome.reconciliation.difference).toBe(0);
  });
});

describe('the end of a run', () => {
  beforeAll(async () => {
    target = await startTargetServer();
  });
  afterAll(() => target.close());

  test('is k6’s 99 and its own result for each threshold when one is crossed', async () => {
    const { outcome } = await fixture.run('crossed.js', { baseUrl: target.baseUrl });

    expect(outcome.exitCode).toBe(99);
    expect(outcome.thresholds).toEqual([
      { metric: 'http_reqs', expression: 'count<5', held: false },
      { metric: 'http_reqs', expression: 'count<6', held: true },
    ]);
  });

  test('sees samples under a threshold that names a tag which loadkit does not need itself', async () => {
    const parameters = closed('/', '2', '1s');
    const { outcome } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters: { ...parameters, env: { ...parameters.env, CHECK_RATE: '1.5' } },
    });

    expect(outcome.exitCode).toBe(99);
    expect(outcome.thresholds).toContainEqual({
      metric: 'checks{check:answered}',
      expression: 'rate>=1.5',
      held: false,
    });
    expect(outcome.summary?.['group_duration{group:::shop}']?.count).toBeGreaterThan(0);
  });

  test('is 107 with the exception on the console when setup throws', async () => {
    const { outcome } = await fixture.run('setup-throws.js', { baseUrl: target.baseUrl });

    expect(outcome.exitCode).toBe(107);
    expect(outcome.consoleTail.join('\n')).toMatch(/no campaign to load[\s\S]*setup-throws\.js:7/);
  });

  test('is 105 and a summary of what was done when it is aborted', async () => {
    const controller = new AbortController();

    const { outcome, lines } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters: closed('/', '3', '60s'),
      signal: controller.signal,
      onLine: () => controller.abort(),
    });

    expect(outcome.exitCode).toBe(105);
    expect(outcome.summary?.http_reqs?.count).toBe(totalOf(lines, 'http_reqs'));
    expect(outcome.iterations?.interrupted).toBeGreaterThan(0);
  });

  test('is no exit code and no summary, but the series so far, when k6 is killed', async () => {
    let pid = 0;

    const { outcome, lines } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters: closed('/', '3', '60s'),
      onStarted: (started) => {
        pid = started;
      },
      onLine: () => process.kill(pid, 'SIGKILL'),
    });

    expect(outcome.exitCode).toBeNull();
    expect(outcome.summary).toBeNull();
    expect(outcome.reconciliation.difference).toBeNull();
    expect(outcome.thresholds.every(({ held }) => held === null)).toBe(true);
    expect(totalOf(lines, 'http_reqs')).toBeGreaterThan(0);
  });
});

describe('what reaches k6', () => {
  beforeAll(async () => {
    target = await startTargetServer();
  });
  afterAll(() => target.close());

  test('is nothing that the caller’s environment says about k6 or OpenTelemetry', async () => {
    const { outcome } = await fixture.run('crossed.js', {
      baseUrl: target.baseUrl,
      inherited: {
        K6_ITERATIONS: '1',
        K6_THRESHOLDS: '{}',
        K6_OUT: `json=${join(fixture.folder, 'stray.json')}`,
        OTEL_RESOURCE_ATTRIBUTES: 'loadkit.instance=9',
      },
    });

    expect(outcome.summary?.iterations?.count).toBe(5);
    expect(outcome.exitCode).toBe(99);
    expect(existsSync(join(fixture.folder, 'stray.json'))).toBe(false);
  });

  test('is loopback only: any other address is refused at the dialer', async () => {
    const six = await startTargetServer('::1');
    const port = target.port;
    const answered = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      six.baseUrl,
    ];
    // Addresses for documentation (RFC 5737, RFC 3849), which lead nowhere.
    const refused = ['http://192.0.2.7/', 'http://[2001:db8::7]/', 'http://[::ffff:192.0.2.7]/', 'http://mapped.test/'];
    try {
      const { log } = await fixture.run('addresses.js', {
        parameters: { env: { URLS: [...answered, ...refused].join(' ') } },
      });

      const text = await readFile(log, 'utf8');
      for (const url of answered) expect(text).toContain(`asked ${url} got 0`);
      for (const url of refused) expect(text).toContain(`asked ${url} got 1110`);
    } finally {
      await six.close();
    }
  });
});

/** The same k6 with more flags, as no caller of ours may give them. */
async function k6WithFlags(flags: string) {
  const k6 = k6ForTests();
  const file = join(fixture.folder, 'k6-with-flags');
  await writeFile(
    file,
    `#!/bin/sh\n[ "$1" = run ] || exec '${k6.executable.file}' "$@"\nexec '${k6.executable.file}' "$@" ${flags}\n`,
  );
  await chmod(file, 0o755);
  return { ...k6, executable: { file, env: {} } };
}
