import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { metricKey } from '../cli/src/record/metric-key.ts';
import type { RunRecord } from '../cli/src/record/run-record.ts';
import type { Histogram, LoadLine, SampleLine, SeriesLine } from '../cli/src/record/series.ts';
import { builtLoad, loadStart } from '../cli/test/unit/judge/built-run.ts';
import { couponRun } from '../cli/test/unit/report/built-report.ts';
import { type Bench, interleaved, median } from './row.ts';

const bin = fileURLToPath(new URL('../cli/bin/loadkit.js', import.meta.url));
const pairs = 3;
const [hour, minute] = [3_600, 60];

/** What a user waits for the page of an hour with two endpoints and 60 series, over that of a minute; the whole command. */
export const longReport: Bench = {
  name: 'long-report',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loadkit-bench-'));
    try {
      const [long, short] = [await writeRun(folder, hour), await writeRun(folder, minute)];
      const { ratios, a, b } = await interleaved(
        pairs,
        () => reportMs(folder, long),
        () => reportMs(folder, short),
      );
      const size = async (id: string) => (await stat(join(folder, id, 'report.html'))).size / 1e6;
      const megabytes = await size(long);
      const sizes = `${megabytes.toFixed(2)} / ${(await size(short)).toFixed(2)} MB`;
      const absolute = `${(median(a) / 1_000).toFixed(2)} / ${(median(b) / 1_000).toFixed(2)} s, ${sizes}`;
      return [
        {
          name: 'report.html of an hour',
          compares: '3,600 s / 60 s of 60 series',
          ratios,
          absolute,
          reach: { goal: '≤ 3 s, ≤ 2 MB', met: median(a) <= 3_000 && megabytes <= 2 },
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function reportMs(folder: string, id: string): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, [bin, 'report', id, '--reports', folder, '--format', 'html'], {
    timeout: 120_000,
  });
  return performance.now() - startedAt;
}

async function writeRun(folder: string, seconds: number): Promise<string> {
  const id = `20260921-173320-coupon-${seconds}s`;
  const load = builtLoad({ endedAt: loadStart + seconds * 1_000, summary: null });
  const { record } = couponRun({ id, load } satisfies Partial<RunRecord>);
  await mkdir(join(folder, id));
  await writeFile(join(folder, id, 'run.json'), JSON.stringify(record));
  const lines = Array.from({ length: seconds }, (_, second) => [exported(second), reading(second)]).flat();
  await writeFile(
    join(folder, id, 'series.ndjson'),
    lines.map((line: SeriesLine) => `${JSON.stringify(line)}\n`).join(''),
  );
  return id;
}

/** What k6 exports each second of two endpoints with two statuses each. */
function exported(second: number): LoadLine {
  const answers = ['issue_coupon', 'create_order'].flatMap((name) =>
    ['201', '409'].map((status) => ({ expected_response: 'true', method: 'POST', name, scenario: 'checkout', status })),
  );
  const trends = [
    'http_req_duration',
    'http_req_waiting',
    'http_req_blocked',
    'http_req_sending',
    'http_req_receiving',
  ];
  return {
    kind: 'load',
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: Object.fromEntries(answers.map((tags) => [metricKey('http_reqs', tags), 50])),
    gauges: { vus: 100 },
    histograms: Object.fromEntries([
      ...answers.flatMap((tags, n) => trends.map((trend) => [metricKey(trend, tags), histogram(second + n)])),
      ...['iteration_duration', 'think_time'].map((trend) => [trend, histogram(second)]),
    ]),
  };
}

/** One sample in each of 50 buckets at scale 5, from 1 ms up, a little further on each second. */
function histogram(shift: number): Histogram {
  const offset = shift % 32;
  const bound = (index: number) => 2 ** ((offset + index) / 32);
  const counts = Array.from({ length: 50 }, () => 1);
  const sum = counts.reduce((total, _, index) => total + bound(index + 0.5), 0);
  return { scale: 5, offset, counts, zeroCount: 0, count: 50, sum, min: bound(0.5), max: bound(49.5) };
}

const parts = ['k6', 'api', 'worker', 'redis', 'mysql', 'kafka'];
const ofParts = [
  'process_cpu_cores',
  'process_cpu_wait_cores',
  'process_rss_bytes',
  'process_threads',
  'process_open_fds',
];
const ofNode = [
  ...['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_utilization_ratio', 'nodejs_heap_size_used_bytes'],
  ...['mysql_pool_in_use', 'mysql_pool_waiting', 'http_requests_in_flight'],
];
const whole = [
  ...['redis_ping_ms', 'redis_commands', 'redis_blocked_clients', 'redis_used_memory_bytes', 'mysql_ping_ms'],
  ...['mysql_threads_running', 'mysql_row_lock_waits', 'mysql_row_lock_ms', 'mysql_lock_waiters', 'mysql_deadlocks'],
  ...['mysql_commits', 'mysql_slow_queries', 'host_cpu_busy_cores', 'host_load1', 'outbox_pending_rows'],
];
const ofGroup = ['kafka_consumer_lag', 'kafka_consumer_time_lag_ms', 'kafka_committed_offset'];
const keys = [
  ...ofParts.flatMap((name) => parts.map((process) => metricKey(name, { process }))),
  ...ofNode.flatMap((name) => ['api', 'worker'].map((process) => metricKey(name, { process }))),
  ...whole,
  ...ofGroup.map((name) => metricKey(name, { group: 'point-accrual', topic: 'order.completed' })),
];

/** 60 series of the probes. */
function reading(second: number): SampleLine {
  const values = Object.fromEntries(keys.map((key, n) => [key, second * n + Math.sin(second * n)]));
  return { kind: 'sample', t: loadStart + second * 1_000, probe: 'all', outcome: 'ok', tookMs: 1, values };
}
