import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type RunningService, startService } from '../../../reference-service/test/fixtures/running-service.ts';
import type { Finding } from '../../src/record/run-record.ts';
import { indexSeries } from '../../src/record/series-index.ts';
import { quantile } from '../../src/stats/quantile.ts';
import { within } from '../../src/stats/window.ts';
import { delayProxy } from '../fixtures/limit/delay-proxy.ts';
import { holdRows } from '../fixtures/limit/row-holder.ts';
import { onlyRun, readLines, type Workplace, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const busyLoop = fileURLToPath(new URL('../fixtures/limit/busy-loop.mjs', import.meta.url));

/** `rule`, or `component resource` of what was named. */
function told({ detail }: Finding): string {
  return detail.component === undefined ? String(detail.rule) : `${detail.component} ${detail.resource}`;
}

interface Judged {
  readonly finding: Finding;
  /** Other work took what CPU there was: then neither the service nor k6 had what the test gave them. */
  readonly isMachineFull: boolean;
}

function judged(place: Workplace): Judged {
  const { record, folder } = onlyRun(place);
  const finding = record.judgement?.findings.find(({ id }) => id === 'bottleneck');
  if (finding === undefined || record.load === null) throw new Error('no finding');
  const { host, load } = record;
  const busy = indexSeries(readLines(folder)).points.get('host_cpu_busy_cores') ?? [];
  const values = within(busy, load.startedAt, load.endedAt).map(({ value }) => value);
  return { finding, isMachineFull: (quantile(values, 0.5) ?? 0) >= 0.9 * host.cpuCount };
}

/** The right name; on a full machine also those that say so, but never another name that is sure. */
function expectNamed({ finding, isMachineFull }: Judged, right: string): void {
  const names = isMachineFull ? [right, 'host cpu', 'undetermined', 'generator'] : [right];
  expect(names, JSON.stringify(finding)).toContain(told(finding));
  if (told(finding) !== right) expect([finding.outcome, finding.confidence]).not.toEqual(['problem', 'high']);
}

describe('the limit of a run, made on purpose', () => {
  let service: RunningService;
  beforeAll(async () => {
    // One event at a time: the consumer is the slowest part of it, as long as nothing else is.
    service = await startService({ ACCRUAL_BATCH_SIZE: '1' });
  });
  afterAll(async () => {
    await service?.close();
    removeAll();
  });

  /** A load on a process of the service, watched with its stores. */
  const load = async (api: string, args: readonly string[], redisUrl = service.stack.endpoints.redisUrl ?? '') => {
    const here = place();
    const { endpoints } = service.stack;
    const stores = ['--redis-url', redisUrl, '--mysql-url', endpoints.mysqlUrl ?? ''];
    const kafka = ['--kafka-brokers', (endpoints.kafkaBrokers ?? []).join(',')];
    const metrics = ['--metrics-url', `api=${api}/metrics`, '--metrics-url', `worker=${endpoints.metricsUrls.worker}`];
    const small = ['--no-warmup', '--duration', '11s', '-e', 'USERS=1000', '--drain-timeout', '3s'];
    await here.loadkit(['run', ...args, ...small, '--base-url', api, ...stores, ...kafka, ...metrics]);
    return judged(here);
  };
  const another = async (set: Readonly<Record<string, string>>) => {
    const { url, process } = await service.startAnother(set);
    onTestFinished(() => process.stop({ graceMs: 2_000 }).then(() => undefined));
    return url;
  };
  const orders = (rate: string) => ['order', '--profile', 'open', '--rate', rate, '-e', 'PRODUCTS=50'];

  it('is none where users only think for long', async () => {
    const run = await load(service.api, ['order', '--vus', '20', '-e', 'THINK_MAX=1', '-e', 'PRODUCTS=50']);
    expectNamed(run, 'think-time');
  });

  it('is the pool where it has one connection', async () => {
    const run = await load(await another({ MYSQL_POOL_SIZE: '1' }), orders('700'));
    expectNamed(run, 'api pool');
  });

  it('is the row lock where another session holds the rows', async () => {
    const rows = await holdRows(service.stack.endpoints.mysqlUrl ?? '', 'product');
    const run = await load(service.api, orders('100')).finally(() => rows.stop());
    expectNamed(run, 'mysql row-lock');
  });

  it('is the event loop where each request costs it milliseconds', async () => {
    const api = await another({ NODE_OPTIONS: `--import ${busyLoop}` });
    expectNamed(await load(api, ['coupon', '--vus', '20', '-e', 'THINK_MAX=0']), 'api event-loop');
  });

  it('is the round trip to Redis where each takes 5 ms and users wait for nothing else', async () => {
    const redis = new URL(service.stack.endpoints.redisUrl ?? '');
    const proxy = await delayProxy(Number(redis.port), 5);
    onTestFinished(() => proxy.close());
    redis.port = String(proxy.port);
    const api = await another({ REDIS_URL: redis.href });
    expectNamed(await load(api, ['coupon', '--vus', '4', '-e', 'THINK_MAX=0'], redis.href), 'redis round-trip');
  });

  it('is the consumer where its rows are held, and no reason of slow answers', async () => {
    const rows = await holdRows(service.stack.endpoints.mysqlUrl ?? '', 'point_balance');
    const run = await load(service.api, orders('100')).finally(() => rows.stop());
    expectNamed(run, 'consumer processing');
    expect(run.finding.detail).not.toMatchObject({ rule: 'named', component: 'consumer' });
  });
});
