import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackOpener } from '../../src/pipeline/open-stack.ts';
import type { EventLine } from '../../src/record/series.ts';
import type { Stack, StoreName } from '../../src/stack/stack.ts';
import { systemClock } from '../../src/system/clock.ts';
import { eventually, openWorkshop, processesOf, type Site, takePort, type Workshop } from '../fixtures/stack/site.ts';

let workshop: Workshop;
let site: Site;

beforeAll(async () => {
  workshop = await openWorkshop();
  site = await workshop.openSite();
}, 600_000);

afterAll(async () => {
  await site?.close();
});

const afterMs = 300;

/** Kills a store; what is said of it is collected from then on. */
function killed(stack: Stack, store: StoreName) {
  const events: EventLine[] = [];
  stack.onEvent((event) => {
    if (event.subject === store) events.push(event);
  });
  const pid = pidOf(stack, store);
  process.kill(pid ?? 0, 'SIGKILL');
  const said = (name: string) => eventually(() => events.find((event) => event.name === name));
  return { pid, events, said };
}

function pidOf(stack: Stack, store: StoreName): number | undefined {
  return stack.processes().find(({ name }) => name === store)?.pid;
}

async function withRedis<T>(stack: Stack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.endpoints.redisUrl ?? '');
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

describe('a stack that starts its stores again', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await site.start({ restarted: { redis: afterMs, mysql: afterMs, kafka: afterMs }, fixture: { SIZE: '4' } });
  });

  it('has Redis back at its address with what it held, also after a second time', async () => {
    await withRedis(stack, (redis) => redis.set('kept', 'yes'));
    for (const _ of [1, 2]) {
      const { pid, said } = killed(stack, 'redis');
      const [exited, restarted] = [await said('process-exited'), await said('process-restarted')];
      expect(exited.detail).toMatch(/^signal SIGKILL/);
      expect(restarted.t - exited.t).toBeGreaterThanOrEqual(afterMs);
      expect(restarted.detail).toMatch(new RegExp(`^pid ${pidOf(stack, 'redis')}, \\d+ ms after its end$`));
      expect(pidOf(stack, 'redis')).not.toBe(pid);
      expect(await withRedis(stack, (redis) => redis.get('kept'))).toBe('yes');
    }
  });

  it('has MySQL back at its address with its rows and its account', async () => {
    const { pid, said } = killed(stack, 'mysql');
    await said('process-restarted');
    expect(pidOf(stack, 'mysql')).not.toBe(pid);
    const mysql = await createConnection(stack.endpoints.mysqlUrl ?? '');
    expect((await mysql.query('SELECT COUNT(*) AS things FROM thing'))[0]).toEqual([{ things: 4 }]);
    await mysql.end();
  });

  it('has Kafka back at its address with its records', async () => {
    const kafka = new Kafka({ brokers: [...(stack.endpoints.kafkaBrokers ?? [])], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'kept', messages: [{ value: 'one' }, { value: 'two' }] });
    await producer.disconnect();
    const { pid, said } = killed(stack, 'kafka');
    await said('process-restarted');
    expect(pidOf(stack, 'kafka')).not.toBe(pid);
    await admin.connect();
    expect(await admin.fetchTopicOffsets('kept')).toMatchObject([{ partition: 0, low: '0', high: '2' }]);
    await admin.disconnect();
  });

  it('ends what it started again, too, and what is down at that moment does not come back', async () => {
    const { said } = killed(stack, 'mysql');
    await said('process-exited');
    await stack.stop({ graceMs: 10_000 });
    expect(stack.processes()).toEqual([]);
    expect(await processesOf(site)).toEqual([]);
  });
});

describe('a Redis without persistence', () => {
  it('comes back empty', async () => {
    const stack = await site.start({ needs: ['redis'], restarted: { redis: afterMs }, redisPersistence: false });
    expect(stack.parts.find(({ name }) => name === 'redis')?.settings).toMatchObject({ appendonly: 'no', save: '' });
    await withRedis(stack, (redis) => redis.set('kept', 'no'));
    await killed(stack, 'redis').said('process-restarted');
    expect(await withRedis(stack, (redis) => redis.dbsize())).toBe(0);
    await stack.stop({ graceMs: 10_000 });
  });
});

describe('a store that cannot be started again', () => {
  it('is lost, with the reason, and nothing of it stays', async () => {
    const stack = await site.start({ needs: ['redis'], restarted: { redis: afterMs } });
    const port = Number(new URL(stack.endpoints.redisUrl ?? '').port);
    const { said, pid } = killed(stack, 'redis');
    await said('process-exited');
    const taker = await takePort(port);
    try {
      expect((await said('process-lost')).detail).toMatch(/redis ended with exit code 1/);
      expect(pidOf(stack, 'redis')).toBeUndefined();
      expect(existsSync(`/proc/${pid}`)).toBe(false);
    } finally {
      taker.release();
    }
    await stack.stop({ graceMs: 10_000 });
    expect(await processesOf(site)).toEqual([]);
  });

  it('is refused where the service does not use it, and in a stack that is not local', async () => {
    await expect(site.start({ needs: ['redis'], restarted: { mysql: afterMs } })).rejects.toMatchObject({
      code: 'restart-unfit',
      exitCode: 2,
    });
    const urls = { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} };
    const open = stackOpener(
      { provider: 'external', urls },
      { supervisor: site.supervisor, clock: systemClock, env: {}, projectRoot: '/nowhere' },
    );
    const { signal } = new AbortController();
    const request = { logFolder: site.logFolder, onProgress: () => undefined, signal };
    await expect(open(null, { ...request, restarted: { redis: afterMs } })).rejects.toMatchObject({
      code: 'restart-unfit',
    });
  });
});
