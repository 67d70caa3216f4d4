import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EventLine } from '../../src/record/series.ts';
import { freePorts } from '../../src/stack/ports.ts';
import type { ServiceManifest } from '../../src/stack/service-manifest.ts';
import type { Stack } from '../../src/stack/stack.ts';
import {
  eventually,
  manifestFolder,
  openWorkshop,
  processesOf,
  type Site,
  takePort,
  type Workshop,
} from '../fixtures/stack/site.ts';
import { processesWith } from '../fixtures/supervisor/processes.ts';

const factsSchema = z.object({ pid: z.number(), cwd: z.string(), env: z.record(z.string(), z.string()) });

let workshop: Workshop;

beforeAll(async () => {
  workshop = await openWorkshop();
}, 600_000);

async function serviceFacts(stack: Stack): Promise<z.infer<typeof factsSchema>> {
  return factsSchema.parse(await (await fetch(`${stack.endpoints.baseUrl}/facts`)).json());
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a whole stack', () => {
  let site: Site;
  let stack: Stack;
  const events: EventLine[] = [];

  beforeAll(async () => {
    site = await workshop.openSite();
    stack = await site.start({ set: { MODE: 'calm' }, fixture: { SIZE: '5' } });
    stack.onEvent((event) => events.push(event));
  });

  afterAll(async () => {
    await site.close();
  });

  function eventOf(subject: string, name: string): Promise<EventLine> {
    return eventually(() => events.find((event) => event.subject === subject && event.name === name));
  }

  function pidOf(name: string): number | undefined {
    return stack.processes().find((process) => process.name === name)?.pid;
  }

  it('has stores that answer at the addresses that it gives', async () => {
    const { redisUrl, mysqlUrl, kafkaBrokers } = stack.endpoints;
    const redis = new Redis(redisUrl ?? '');
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    const mysql = await createConnection(mysqlUrl ?? '');
    const [rows] = await mysql.query('SELECT COUNT(*) AS things FROM thing');
    expect(rows).toEqual([{ things: 5 }]);
    await mysql.end();
    const admin = new Kafka({ brokers: [...(kafkaBrokers ?? [])], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // The scratch topic of the readiness check is gone.
    expect((await admin.listTopics()).filter((topic) => !topic.startsWith('__'))).toEqual([]);
    expect((await admin.listGroups()).groups).toEqual([]);
    await admin.disconnect();
  });

  it('has a place for changed settings, where nothing lies yet', () => {
    const { overridesFile } = stack;
    expect(overridesFile?.startsWith(site.tempRoot)).toBe(true);
    expect(existsSync(overridesFile ?? '')).toBe(false);
    expect(existsSync(dirname(overridesFile ?? ''))).toBe(true);
  });

  it('names every part with the version and the settings that it runs with', () => {
    const parts = Object.fromEntries(stack.parts.map((part) => [part.name, part]));
    expect(Object.keys(parts).sort()).toEqual(['api', 'kafka', 'mysql', 'redis', 'worker']);
    expect(parts.redis).toMatchObject({
      version: workshop.toolchain.redis.version,
      settings: { appendonly: 'yes', appendfsync: 'everysec' },
    });
    expect(parts.mysql?.product).toBe(workshop.toolchain.mysql.product);
    expect(parts.mysql?.settings).toMatchObject({ innodb_flush_log_at_trx_commit: 1, max_connections: 200 });
    expect(parts.kafka).toMatchObject({ version: workshop.toolchain.kafka.version, settings: { heap: '512m' } });
    expect(parts.api?.settings).toEqual({ MODE: 'calm', node: process.versions.node });
  });

  it('gives the service its addresses, its own environment and its settings', async () => {
    const { env, cwd, pid } = await serviceFacts(stack);
    expect(cwd).toBe(manifestFolder);
    expect(pid).toBe(pidOf('api'));
    const { PORT, ...others } = env;
    expect(stack.endpoints.baseUrl).toBe(`http://127.0.0.1:${PORT}`);
    expect(others).toEqual({
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      ROLE: 'api',
      MODE: 'calm',
      API_TOKEN: 'hush-hush',
      OVERRIDES_FILE: stack.overridesFile,
      REDIS_URL: stack.endpoints.redisUrl,
      MYSQL_URL: stack.endpoints.mysqlUrl,
      KAFKA_BROKERS: stack.endpoints.kafkaBrokers?.join(','),
    });
  });

  it('puts the fixture in place again and reads its figures', async () => {
    expect(stack.fixture).toEqual({ size: 5, mysql: true });
    expect(await stack.reset?.({ SIZE: '2' })).toEqual({ size: 2, mysql: true });
    await expect(stack.reset?.({ FAIL: '1' })).rejects.toMatchObject({
      code: 'part-not-started',
      exitCode: 93,
      message: expect.stringContaining('no fixture today'),
    });
  });

  it('puts its data right by the command of the service, and reads how much of it', async () => {
    await stack.reset?.({ SIZE: '2' });
    expect(await stack.repair?.()).toEqual({ pointsAccrued: 3, pointsTakenBack: 0, couponsTakenBack: 0 });
    expect(await stack.repair?.()).toMatchObject({ pointsAccrued: 0 });
    await stack.reset?.({ SIZE: '0' });
    await expect(stack.repair?.()).rejects.toMatchObject({
      code: 'repair-output',
      message: expect.stringContaining('nothing to begin with'),
    });
  });

  it('starts a process again that ended by itself, on the same port', async () => {
    const before = pidOf('api');
    await expect(fetch(`${stack.endpoints.baseUrl}/crash`)).rejects.toThrow();
    expect((await eventOf('api', 'process-exited')).detail).toMatch(/^exit code 9\n.*api was told to crash/s);
    await eventOf('api', 'process-restarted');
    const after = (await eventually(() => serviceFacts(stack))).pid;
    expect(after).not.toBe(before);
    expect(pidOf('api')).toBe(after);
  });

  it.each(['worker', 'redis', 'mysql', 'kafka'])('only reports that %s died, and goes on', async (name) => {
    const pid = pidOf(name) ?? 0;
    process.kill(pid, 'SIGKILL');
    expect((await eventOf(name, 'process-exited')).detail).toMatch(/^signal SIGKILL/);
    expect(pidOf(name)).toBeUndefined();
    expect(events.some((event) => event.subject === name && event.name === 'process-restarted')).toBe(false);
    expect((await fetch(`${stack.endpoints.baseUrl}/facts`)).status).toBe(200);
  });

  it('stops without an event, and a second stop does nothing', async () => {
    const { pid } = await serviceFacts(stack);
    const before = events.length;
    await stack.stop({ graceMs: 10_000 });
    await stack.stop({ graceMs: 10_000 });
    expect(isRunning(pid)).toBe(false);
    expect(readFileSync(join(site.logFolder, 'api.log'), 'utf8')).toContain('SIGTERM received');
    expect(stack.processes()).toEqual([]);
    expect(events).toHaveLength(before);
  });
});

describe('the start of a stack', () => {
  let site: Site;

  beforeEach(async () => {
    site = await workshop.openSite();
  });

  afterEach(async () => {
    await site.close();
  });

  it('fails with the last lines of a service that died, without its password', async () => {
    const start = site.start({ needs: [], set: { MODE: 'crash' } });
    await expect(start).rejects.toMatchObject({
      code: 'part-not-started',
      exitCode: 93,
      message: expect.stringMatching(/ended with exit code 3.*mysql:\/\/service:\*\*\*@127\.0\.0\.1/s),
    });
    expect(await processesOf(site)).toEqual([]);
  });

  it('names a program that is not there', async () => {
    const broken = { ...workshop.toolchain.redis, server: { file: '/nowhere/redis-server', env: {} } };
    await expect(
      site.start({ needs: ['redis'], toolchain: { ...workshop.toolchain, redis: broken } }),
    ).rejects.toMatchObject({
      code: 'process-not-started',
      exitCode: 93,
      message: expect.stringContaining('/nowhere/redis-server'),
    });
  });

  it('ends with the reason of an abort', async () => {
    const abort = new AbortController();
    const start = site.start({ needs: [], set: { MODE: 'silent' }, signal: abort.signal });
    await eventually(async () => ((await processesWith('main.mjs')).length > 0 ? true : undefined));
    abort.abort(new Error('enough'));
    await expect(start).rejects.toThrow('enough');
    expect(await processesOf(site)).toEqual([]);
  });

  it('fails at once when a store dies that the service still waits for', async () => {
    const start = site.start({ needs: ['redis'], set: { MODE: 'silent' } });
    const failed = expect(start).rejects.toMatchObject({
      code: 'part-not-started',
      exitCode: 93,
      message: expect.stringMatching(/^redis ended with signal SIGKILL while the service was being started/),
    });
    await eventually(() => existsSync(join(site.logFolder, 'api.log')) || undefined);
    const pid = /pid=(\d+)/.exec(readFileSync(join(site.logFolder, 'redis.log'), 'utf8'))?.[1];
    if (pid === undefined) throw new Error('Redis did not say its pid');
    process.kill(Number(pid), 'SIGKILL');
    await failed;
    expect(await processesOf(site)).toEqual([]);
  });

  it('takes another port when one was taken in between, though the taker is a Redis too', async () => {
    const other = await workshop.openSite();
    const takerPort = await freePorts().next();
    try {
      const taker = await other.supervisor.spawn({
        name: 'taker',
        file: workshop.toolchain.redis.server.file,
        args: ['--port', String(takerPort), '--bind', '127.0.0.1', '--save', ''],
        env: workshop.toolchain.redis.server.env,
        logFile: join(other.logFolder, 'taker.log'),
      });
      await eventually(() => readFileSync(taker.logFile, 'utf8').includes('Ready to accept') || undefined);
      const stack = await site.start({ needs: ['redis'], firstPorts: [takerPort] });
      expect(stack.endpoints.redisUrl).not.toContain(`:${takerPort}`);
      await stack.stop({ graceMs: 1000 });
    } finally {
      await other.close();
    }
  });

  it('takes another port for Kafka and the service as well', async () => {
    const taker = await takePort();
    try {
      for (const needs of [['kafka'], []] satisfies Array<ServiceManifest['needs']>) {
        const stack = await site.start({ needs, firstPorts: [taker.port] });
        const { kafkaBrokers, baseUrl } = stack.endpoints;
        expect([kafkaBrokers, baseUrl].join()).not.toContain(`:${taker.port}`);
        await stack.stop({ graceMs: 1000 });
      }
    } finally {
      taker.release();
    }
  });
});
