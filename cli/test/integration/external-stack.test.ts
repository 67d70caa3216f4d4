import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectExternalStack, type ExternalStackRequest } from '../../src/stack/external-stack.ts';
import { reachTarget } from '../../src/stack/external-target.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Certificate, selfSigned } from './probe-certificate.ts';
import { type BrokerPorts, startOwnKafka } from './probe-kafka-broker.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const noUrls = { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} };
const never = new AbortController().signal;

const manifest = serviceManifestSchema.parse({
  name: 'shop',
  needs: ['redis'],
  processes: [
    { name: 'api', command: ['node', 'main.js'], ready: '/health', target: true },
    { name: 'worker', command: ['node', 'main.js'], ready: '/health', metrics: '/metrics' },
    { name: 'unseen', command: ['node', 'main.js'], ready: '/health', metrics: '/metrics' },
  ],
});

async function portOf(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function connect(
  urls: Partial<ExternalStackRequest['urls']>,
  changes: Partial<ExternalStackRequest> = {},
): Promise<{ stack: Stack; said: string[] }> {
  const said: string[] = [];
  const stack = await connectExternalStack(
    {
      urls: { ...noUrls, ...urls },
      manifest: null,
      logFolder: '/nowhere',
      onProgress: (line) => said.push(line),
      signal: never,
      ...changes,
    },
    { clock: systemClock },
  );
  return { stack, said };
}

describe.skipIf(skipWithout('an external stack', found.redis !== null && found.mysql !== null && found.kafka !== null))(
  "somebody else's stores",
  () => {
    let room: StoreRoom;
    let certificate: Certificate;
    let brokers: BrokerPorts;
    let service: HttpServer;
    let port: number;
    const urls = { redisUrl: '', mysqlUrl: '', kafkaBrokers: [''] };
    const pids = { redis: 0, mysql: 0 };

    beforeAll(async () => {
      [room, certificate] = await Promise.all([openStoreRoom(found), selfSigned()]);
      if (found.kafka === null) throw new Error('not installed');
      const [redis, mysql, ports] = await Promise.all([
        room.redis(),
        room.mysql('shop'),
        startOwnKafka(found.kafka, room, certificate),
      ]);
      brokers = ports;
      Object.assign(urls, {
        redisUrl: redis.url,
        mysqlUrl: mysql.url,
        kafkaBrokers: [`127.0.0.1:${ports.plain}`],
      });
      Object.assign(pids, { redis: redis.process.pid, mysql: mysql.process.pid });
      service = createHttp((_, response) => response.end('ok'));
      port = await portOf(service);
    });
    afterAll(async () => {
      service?.close();
      await room?.end();
      certificate?.remove();
    });

    it('say what they are and how they are set, beside the address that was given', async () => {
      const baseUrl = `http://127.0.0.1:${port}`;
      const metricsUrls = { worker: `http://127.0.0.1:${port}/metrics` };
      const { stack, said } = await connect({ ...urls, baseUrl, metricsUrls }, { manifest });
      expect(stack.provider).toBe('external');
      expect(stack.endpoints).toEqual({ ...urls, baseUrl, metricsUrls });
      expect(stack.reset).toBeNull();
      const parts = Object.fromEntries(stack.parts.map((part) => [part.name, part]));
      expect(Object.keys(parts)).toEqual(['redis', 'mysql', 'kafka', 'api', 'worker']);
      expect(new Set(stack.parts.map(({ origin }) => origin))).toEqual(new Set(['external']));
      expect(parts.redis).toMatchObject({
        product: found.redis?.product,
        version: found.redis?.version,
        settings: { address: new URL(urls.redisUrl).host, mode: 'standalone', appendonly: 'yes' },
      });
      expect(parts.mysql).toMatchObject({
        product: found.mysql?.product,
        settings: { address: new URL(urls.mysqlUrl).host, max_connections: 200, innodb_flush_log_at_trx_commit: 1 },
      });
      expect(found.mysql?.version).toContain(parts.mysql?.version);
      expect(parts.kafka).toMatchObject({ product: 'Apache Kafka', settings: { brokers: 1, 'num.partitions': 1 } });
      expect(parts.api).toMatchObject({ product: 'shop', settings: { address: `127.0.0.1:${port}` } });
      expect(JSON.stringify([stack.parts, said])).not.toContain(new URL(urls.mysqlUrl).password);
    });

    it('are found among the processes of this machine, by the port that they listen on', async () => {
      const { stack } = await connect({ ...urls, baseUrl: `http://localhost:${port}` }, { manifest });
      const named = Object.fromEntries(stack.processes().map(({ name, pid }) => [name, pid]));
      expect(named).toMatchObject({ ...pids, api: process.pid });
      expect(Object.keys(named).sort()).toEqual(['api', 'kafka', 'mysql', 'redis']);
    });

    it('are left as they are at the end', async () => {
      const { stack } = await connect(urls);
      await stack.stop({ graceMs: 0 });
      const redis = new Redis(urls.redisUrl);
      expect(await redis.ping()).toBe('PONG');
      expect(await redis.dbsize()).toBe(0);
      redis.disconnect();
    });

    it('go on without the one that cannot be asked, and no password is told', async () => {
      const mysqlUrl = urls.mysqlUrl.replace(/:[^:@]*@/, ':guessed-word@');
      const kafkaBrokers = [`127.0.0.1:${brokers.elsewhere}`];
      const { stack, said } = await connect({ ...urls, mysqlUrl, kafkaBrokers });
      expect(stack.parts.map(({ name }) => name)).toEqual(['redis']);
      const [, mysql, kafka] = said;
      expect(mysql).toMatch(/^mysql at 127\.0\.0\.1:\d+ cannot be asked.*Access denied/);
      expect(kafka).toContain(`advertises 127.0.0.1:${brokers.nowhere}, which does not answer from here`);
      expect(said.join()).not.toContain('guessed-word');
      expect((await connect({ redisUrl: 'redis://:pass-word@127.0.0.1:1' })).said).toEqual([
        expect.stringMatching(/^redis at 127\.0\.0\.1:1 cannot be asked.*ECONNREFUSED/),
      ]);
    });

    it('say no more than the account may read', async () => {
      const admin = new Redis(urls.redisUrl);
      await admin.acl('SETUSER', 'viewer', 'on', '>view-word', '+info', '+hello', '+select');
      admin.disconnect();
      const redisUrl = urls.redisUrl.replace('//', '//viewer:view-word@');
      const { stack } = await connect({ redisUrl });
      expect(stack.parts).toMatchObject([{ name: 'redis', version: found.redis?.version }]);
      expect(stack.parts[0]?.settings).toEqual({ address: new URL(urls.redisUrl).host, mode: 'standalone' });

      const nobody = await connect({ mysqlUrl: urls.mysqlUrl.replace(/shop$/, '') });
      expect(nobody.stack.parts).toMatchObject([{ name: 'mysql', settings: { max_connections: 200 } }]);
      const connection = await createConnection(urls.mysqlUrl);
      const [tables] = await connection.query('SHOW TABLES');
      connection.destroy();
      expect(tables).toEqual([]);
    });
  },
);

describe('the service that is to be loaded', () => {
  const servers: Array<Server | HttpServer> = [];
  let certificate: Certificate;
  beforeAll(async () => {
    certificate = await selfSigned();
  });
  afterAll(() => {
    for (const server of servers) server.close();
    certificate.remove();
  });

  async function listening(server: Server | HttpServer): Promise<number> {
    servers.push(server);
    return portOf(server);
  }

  it('is fine when it accepts a connection, and gets no request', async () => {
    let requests = 0;
    const port = await listening(createHttp(() => (requests += 1)));
    expect(await reachTarget(`http://127.0.0.1:${port}/shop`, never)).toBeNull();
    expect(await reachTarget(`http://localhost:${port}`, never)).toBeNull();
    expect(requests).toBe(0);
  });

  it.each([
    [
      'nobody listens',
      'http://127.0.0.1:1',
      /nothing listens on http:\/\/127\.0\.0\.1:1 .*refused/,
      /start the service/,
    ],
    ['its name is unknown', 'http://nobody.invalid', /the name "nobody\.invalid" was not found/, /in figures/],
  ])('is named with what to do when %s', async (_, url, message, hint) => {
    const reached = connect({ baseUrl: url });
    await expect(reached).rejects.toMatchObject({ code: 'target-unreachable', exitCode: 93, message, hint });
  });

  it('is named when it does not answer in time, or does not speak TLS', async () => {
    const silent = await listening(createTcp());
    const late = reachTarget(`https://127.0.0.1:${silent}`, never, 300);
    await expect(late).rejects.toMatchObject({ exitCode: 93, message: /did not accept a connection within 0\.3 s/ });
    const plain = await listening(createHttp());
    const wrong = reachTarget(`https://127.0.0.1:${plain}`, never);
    await expect(wrong).rejects.toMatchObject({ exitCode: 93, message: /did not agree on TLS/, hint: /http:\/\// });
  });

  it('may have a certificate that only the script trusts', async () => {
    const { certFile, keyFile } = certificate;
    const server = createHttps({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
    const note = await reachTarget(`https://127.0.0.1:${await listening(server)}`, never);
    expect(note).toMatch(/certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted here.*insecureSkipTLSVerify/);
  });

  it('need not be known: then only the script knows what is loaded', async () => {
    const { stack, said } = await connect({});
    expect([stack.endpoints.baseUrl, stack.parts, said]).toEqual([null, [], []]);
  });

  it('is not waited for after an interrupt', async () => {
    const interrupt = AbortSignal.abort(new Error('enough'));
    await expect(connect({ baseUrl: 'http://127.0.0.1:1' }, { signal: interrupt })).rejects.toThrow('enough');
  });
});
