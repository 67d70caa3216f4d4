import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureText } from '../../src/probes/failure.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { type RedisProbeOptions, redisProbe } from '../../src/probes/redis.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { type Certificate, selfSigned } from './probe-certificate.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const lagOf = (stream: string) => `redis_stream_lag{group:writer,stream:${stream}}`;

describe.skipIf(skipWithout('Redis in strange surroundings', found.redis !== null))('the Redis probe', () => {
  let room: StoreRoom;
  let certificate: Certificate;
  const probes: Probe[] = [];

  beforeAll(async () => {
    [room, certificate] = await Promise.all([openStoreRoom(found), selfSigned()]);
  });
  afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));
  afterAll(async () => {
    await room?.end();
    certificate?.remove();
  });

  async function startRedis(options: Record<string, string>): Promise<number> {
    const executable = found.redis?.server;
    if (executable === undefined) throw new Error('not installed');
    const args = (port: number, folder: string) =>
      Object.entries({ port: String(port), bind: '127.0.0.1', dir: folder, save: '', ...options }).flatMap(
        ([name, value]) => [`--${name}`, value.replace('PORT', String(port))],
      );
    return (await room.server({ name: 'redis', executable, args })).port;
  }

  function probeOf(url: string, options: Partial<RedisProbeOptions> = {}): Probe {
    const probe = redisProbe({ url, clock: systemClock, ...options });
    probes.push(probe);
    return probe;
  }

  const read = (probe: Probe) => probe.read(AbortSignal.timeout(10_000));
  /** What the failed sample says. */
  const failure = (url: string) => read(probeOf(url)).then(() => 'it read', failureText);

  describe('at a Redis with a password', () => {
    let port: number;
    beforeAll(async () => {
      port = await startRedis({ requirepass: 'open-sesame' });
    });

    it('says that one is demanded, or that it is wrong, and never prints it', async () => {
      expect(await failure(`redis://127.0.0.1:${port}`)).toBe(
        `Redis at 127.0.0.1:${port} demands a password (NOAUTH): put it into the URL`,
      );
      const wrong = await failure(`redis://:open-barley@127.0.0.1:${port}`);
      expect(wrong).toMatch(/refuses user or password of the URL \(user default\): WRONGPASS/);
      expect(await failure(`redis://ali:open-barley@127.0.0.1:${port}`)).toContain('(user ali)');
      expect(wrong).not.toContain('open-barley');
    });

    it('reads with the right one, from the database that the URL names', async () => {
      const url = `redis://:open-sesame@127.0.0.1:${port}`;
      const writer = new Redis(`${url}/3`);
      await writer.xadd('s', '*', 'n', 1);
      writer.disconnect();
      const streams = [{ key: 's', group: 'writer' }];
      expect(await read(probeOf(`${url}/3`, { streams }))).toMatchObject({ [lagOf('s')]: 1 });
      expect(await read(probeOf(url, { streams }))).toMatchObject({ [lagOf('s')]: 0 });
    });

    it('fails at a database that is not there instead of reading another one', async () => {
      expect(await failure(`redis://:open-sesame@127.0.0.1:${port}/99`)).toMatch(
        /does not give database 99: ERR DB index/,
      );
    });
  });

  it('reads a Redis that asks for no password, though one is given', async () => {
    const port = await startRedis({});
    expect(await read(probeOf(`redis://:needless@127.0.0.1:${port}`))).toHaveProperty('redis_commands');
  });

  describe('and TLS', () => {
    it('says that it is demanded, and that a certificate is not trusted', async () => {
      const port = await startRedis({
        port: '0',
        'tls-port': 'PORT',
        'tls-cert-file': certificate.certFile,
        'tls-key-file': certificate.keyFile,
        'tls-ca-cert-file': certificate.certFile,
        'tls-auth-clients': 'no',
      });
      expect(await failure(`redis://127.0.0.1:${port}`)).toContain(
        `Redis at 127.0.0.1:${port} demands TLS: give rediss:// instead of redis://`,
      );
      expect(await failure(`rediss://127.0.0.1:${port}`)).toMatch(/not trusted \(self-signed.*NODE_EXTRA_CA_CERTS/);
    });

    it('says that a plain port knows none', async () => {
      const port = await startRedis({});
      expect(await failure(`rediss://127.0.0.1:${port}`)).toContain(
        `Redis at 127.0.0.1:${port} answers without TLS: give redis:// instead of rediss://`,
      );
    });
  });

  it('reads one node of a cluster, says so, and leaves out the keys of the others', async () => {
    const cluster = { 'cluster-enabled': 'yes', 'cluster-require-full-coverage': 'no' };
    const [port, other] = [await startRedis(cluster), await startRedis(cluster)];
    const [here, there] = [new Redis(port), new Redis(other)];
    try {
      await here.call('CLUSTER', 'ADDSLOTSRANGE', '0', '4000');
      await there.call('CLUSTER', 'ADDSLOTSRANGE', '15000', '16383');
      await here.call('CLUSTER', 'MEET', '127.0.0.1', String(other));
      const isReady = async () => {
        const [slots, state] = await Promise.all([here.call('CLUSTER', 'SLOTS'), here.call('CLUSTER', 'INFO')]);
        return (String(slots).includes(String(other)) && String(state).includes('cluster_state:ok')) || undefined;
      };
      await pollUntil(isReady, { clock: systemClock, timeoutMs: 20_000, intervalMs: 50 });
      // The keys' slots: b 3300, a 15495, and c 7365, which nobody serves.
      await here.xadd('b', '*', 'n', 1);
      const streams = ['a', 'b'].map((key) => ({ key, group: 'writer' }));
      const probe = probeOf(`redis://127.0.0.1:${port}`, { streams, locks: ['c'] });
      const values = await read(probe);
      expect(values).toMatchObject({ [lagOf('b')]: 1, redis_blocked_clients: 0 });
      expect(values).not.toHaveProperty([lagOf('a')]);
      expect(probe.notes()).toEqual([
        `Redis runs in cluster mode: all figures are of the node 127.0.0.1:${port} alone`,
        expect.stringMatching(/redis_lock_ttl_ms of c: no node of the cluster serves its slot/),
        expect.stringMatching(new RegExp(`of a: its slot is served by 127.0.0.1:${other} \\(MOVED\\)`)),
      ]);
      expect(await failure(`redis://127.0.0.1:${port}/2`)).toMatch(/does not give database 2: .*cluster mode/);
    } finally {
      here.disconnect();
      there.disconnect();
    }
  });

  describe('as a user with few rights', () => {
    let port: number;
    let admin: Redis;
    const options = { streams: [{ key: 's', group: 'writer' }], locks: ['lock'] };
    beforeAll(async () => {
      port = await startRedis({});
      admin = new Redis(port);
      await admin.xadd('s', '*', 'n', 1);
      await admin.set('lock', 'x');
    });
    afterAll(() => admin?.disconnect());

    it('leaves out what it may not ask, names the rule that allows it, and reads the rest', async () => {
      await admin.call('ACL', 'SETUSER', 'viewer', 'on', '>secret-word', 'resetkeys', '-@all', '+ping', '+info');
      const probe = probeOf(`redis://viewer:secret-word@127.0.0.1:${port}`, options);
      const values = await read(probe);
      expect(values).toHaveProperty('redis_commands');
      expect(values).not.toHaveProperty('redis_slowlog_entries');
      expect(Object.keys(values).filter((key) => /_stream_|_lock_/.test(key))).toEqual([]);
      expect(probe.notes()).toEqual([
        expect.stringMatching(/^redis_lock_ttl_ms of lock: NOPERM .*viewer ~lock \+pttl/),
        expect.stringMatching(/^redis_slowlog_entries: NOPERM .*`ACL SETUSER viewer \+slowlog\|len \+slowlog\|get`/),
        expect.stringMatching(/redis_stream_pending of s: NOPERM .*viewer ~s \+exists \+xinfo \+xlen \+xrange/),
      ]);
    });

    it('reads all of it as soon as these rules are set', async () => {
      await admin.call('ACL', 'SETUSER', 'viewer', 'on', '>secret-word', 'resetkeys', '-@all', '+ping');
      const probe = probeOf(`redis://viewer:secret-word@127.0.0.1:${port}`, options);
      expect(Object.keys(await read(probe))).toEqual(['redis_ping_ms']);
      const rules = probe.notes().flatMap((note) => /SETUSER viewer (.*)` allows/.exec(note)?.[1]?.split(' ') ?? []);
      await admin.call('ACL', 'SETUSER', 'viewer', ...rules);
      expect(await read(probe)).toMatchObject({
        [lagOf('s')]: 1,
        'redis_lock_ttl_ms{key:lock}': -1,
        redis_slowlog_entries: 0,
      });
      expect(probe.notes()).toEqual([]);
    });

    it('fails where nothing at all is allowed', async () => {
      await admin.call('ACL', 'SETUSER', 'nobody', 'on', '>secret-word', '-@all');
      expect(await failure(`redis://nobody:secret-word@127.0.0.1:${port}`)).toMatch(
        /NOPERM .*ACL SETUSER nobody \+ping/,
      );
    });
  });
});
