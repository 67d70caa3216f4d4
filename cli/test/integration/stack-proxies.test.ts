import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
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

const environmentSchema = z.object({ env: z.record(z.string(), z.string()) });
const pingSchema = z.object({ ms: z.number() });
const proxySchema = z.object({ enabled: z.boolean(), upstream: z.string(), toxics: z.array(z.unknown()) });

async function serviceEnvironment(stack: Stack): Promise<Record<string, string>> {
  return environmentSchema.parse(await (await fetch(`${stack.endpoints.baseUrl}/facts`)).json()).env;
}

/** Asks Toxiproxy about the proxy of a store, or tells it something. */
async function ask(stack: Stack, store: StoreName, path = '', tell?: { method: string; body?: unknown }) {
  const proxy = stack.proxies[store];
  if (proxy === undefined) throw new Error(`no proxy before ${store}`);
  const { method = 'GET', body } = tell ?? {};
  const response = await fetch(`${proxy.api}/proxies/${proxy.name}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text;
}

describe('a stack with proxies before its stores', () => {
  let stack: Stack;
  let env: Record<string, string>;
  const events: EventLine[] = [];

  beforeAll(async () => {
    stack = await site.start({ proxied: ['redis', 'mysql', 'kafka'], fixture: { SIZE: '4' } });
    stack.onEvent((event) => events.push(event));
    env = await serviceEnvironment(stack);
  });

  it('gives the service the proxies and keeps the way past them for itself', async () => {
    const { redisUrl, mysqlUrl, kafkaBrokers } = stack.endpoints;
    const direct = { REDIS_URL: redisUrl, MYSQL_URL: mysqlUrl, KAFKA_BROKERS: kafkaBrokers?.join(',') };
    for (const [name, url] of Object.entries(direct)) {
      expect(env[name]).not.toBe(url);
      expect(withoutPort(env[name])).toBe(withoutPort(url ?? ''));
    }
    for (const [store, url] of [
      ['redis', redisUrl],
      ['mysql', mysqlUrl],
    ] as const) {
      const proxy = proxySchema.parse(JSON.parse(await ask(stack, store)));
      expect(proxy).toMatchObject({ enabled: true, toxics: [] });
      expect(url).toContain(proxy.upstream);
    }
  });

  it('names Toxiproxy among its parts, with its version and what it stands before', () => {
    expect(stack.parts.filter(({ name }) => name === 'toxiproxy')).toEqual([
      {
        name: 'toxiproxy',
        product: 'Toxiproxy',
        version: workshop.toolchain.toxiproxy.version,
        origin: 'local',
        settings: { proxied: 'redis,mysql,kafka' },
      },
    ]);
    expect(stack.processes().map(({ name }) => name)).toContain('toxiproxy');
    expect(readFileSync(join(site.logFolder, 'toxiproxy.log'), 'utf8')).toContain('Starting Toxiproxy');
  });

  it('delays what the service asks of Redis by a latency toxic, and nothing that goes past the proxy', async () => {
    const ping = async () => pingSchema.parse(await (await fetch(`${stack.endpoints.baseUrl}/redis`)).json()).ms;
    const direct = new Redis(stack.endpoints.redisUrl ?? '');
    await direct.ping();
    expect(await ping()).toBeLessThan(1_000);

    const toxic = { name: 'slow', type: 'latency', stream: 'downstream', attributes: { latency: 1_000, jitter: 0 } };
    await ask(stack, 'redis', '/toxics', { method: 'POST', body: toxic });
    const slow = await ping();
    expect(slow).toBeGreaterThanOrEqual(990);
    const began = performance.now();
    await direct.ping();
    expect(performance.now() - began).toBeLessThan(slow);

    await ask(stack, 'redis', '/toxics/slow', { method: 'DELETE' });
    expect(await ping()).toBeLessThan(slow);
    direct.disconnect();
  });

  it('has led the service to MySQL through its proxy, which can be closed', async () => {
    expect(stack.fixture).toEqual({ size: 4, mysql: true });
    await ask(stack, 'mysql', '', { method: 'PATCH', body: { enabled: false } });
    await expect(createConnection(env.MYSQL_URL ?? '')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const past = await createConnection(stack.endpoints.mysqlUrl ?? '');
    expect((await past.query('SELECT COUNT(*) AS things FROM thing'))[0]).toEqual([{ things: 4 }]);
    await past.end();

    await ask(stack, 'mysql', '', { method: 'PATCH', body: { enabled: true } });
    const through = await createConnection(env.MYSQL_URL ?? '');
    await through.end();
  });

  it('lets a Kafka client that came through the proxy not slip past it', async () => {
    const brokersOf = async (addresses: readonly string[]) => {
      const admin = new Kafka({ brokers: [...addresses], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      await admin.disconnect();
      return brokers.map(({ host, port }) => `${host}:${port}`);
    };
    expect(await brokersOf([env.KAFKA_BROKERS ?? ''])).toEqual([env.KAFKA_BROKERS]);
    expect(await brokersOf(stack.endpoints.kafkaBrokers ?? [])).toEqual(stack.endpoints.kafkaBrokers);

    const kafka = new Kafka({ brokers: [env.KAFKA_BROKERS ?? ''], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    const [sent] = await producer.send({ topic: 'through-the-proxy', messages: [{ value: 'one' }] });
    expect(sent).toMatchObject({ errorCode: 0, baseOffset: '0' });
    await producer.disconnect();
  });

  it('reports that Toxiproxy died, and goes on', async () => {
    const pid = stack.processes().find(({ name }) => name === 'toxiproxy')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const exit = await eventually(() => events.find(({ subject }) => subject === 'toxiproxy'));
    expect(exit).toMatchObject({ name: 'process-exited', detail: expect.stringMatching(/^signal SIGKILL/) });
    expect((await fetch(`${stack.endpoints.baseUrl}/facts`)).status).toBe(200);
  });

  it('ends everything when it is stopped', async () => {
    await stack.stop({ graceMs: 10_000 });
    expect(await processesOf(site)).toEqual([]);
  });
});

describe('the start of Toxiproxy', () => {
  it('takes another port when its own was taken in between, and ends with its stack', async () => {
    const taker = await takePort();
    try {
      const stack = await site.start({ needs: ['redis'], proxied: ['redis'], firstPorts: [taker.port] });
      expect(stack.proxies.redis?.api).not.toContain(`:${taker.port}`);
      expect(Object.keys(stack.proxies)).toEqual(['redis']);
      const pid = stack.processes().find(({ name }) => name === 'toxiproxy')?.pid ?? 0;
      await stack.stop({ graceMs: 10_000 });
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    } finally {
      taker.release();
    }
  });

  it('does not happen where no proxy is asked for', async () => {
    const stack = await site.start({ needs: ['redis'] });
    expect(stack.proxies).toEqual({});
    expect((await serviceEnvironment(stack)).REDIS_URL).toBe(stack.endpoints.redisUrl);
    expect(stack.processes().map(({ name }) => name)).not.toContain('toxiproxy');
    await stack.stop({ graceMs: 10_000 });
  });

  it('is refused for a store that the service does not use, and in a stack that is not local', async () => {
    await expect(site.start({ needs: ['redis'], proxied: ['mysql'] })).rejects.toMatchObject({
      code: 'proxy-unfit',
      exitCode: 2,
    });
    const urls = { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} };
    const open = stackOpener(
      { provider: 'external', urls },
      { supervisor: site.supervisor, clock: systemClock, env: {}, projectRoot: '/nowhere' },
    );
    const { signal } = new AbortController();
    const request = { logFolder: site.logFolder, onProgress: () => undefined, signal };
    await expect(open(null, { ...request, proxied: ['redis'] })).rejects.toMatchObject({ code: 'proxy-unfit' });
    expect((await open(null, request)).proxies).toEqual({});
  });
});

function withoutPort(url: string | undefined): string | undefined {
  return url?.replace(/:\d+(?=\/|$)/, '');
}
