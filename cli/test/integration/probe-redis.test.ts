import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateGate } from '../../src/judge/gate.ts';
import { parseGateExpression } from '../../src/judge/gate-expression.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { redisProbe } from '../../src/probes/redis.ts';
import type { SampleLine } from '../../src/record/series.ts';
import { indexSeries } from '../../src/record/series-index.ts';
import type { StartedStore } from '../../src/stack/start-context.ts';
import { systemClock } from '../../src/system/clock.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const lag = 'redis_stream_lag{group:writer,stream:s}';
const pending = 'redis_stream_pending{group:writer,stream:s}';

describe.skipIf(skipWithout('Redis probe', found.redis !== null))('the Redis probe', () => {
  let room: StoreRoom;
  let store: StartedStore;
  let client: Redis;
  let probe: Probe;
  const read = (ms = 5_000) => probe.read(AbortSignal.timeout(ms));

  beforeAll(async () => {
    room = await openStoreRoom(found);
    store = await room.redis();
    client = new Redis(store.url);
    client.on('error', () => undefined);
    probe = redisProbe({
      url: store.url,
      clock: systemClock,
      streams: [{ key: 's', group: 'writer' }],
      locks: ['lock', 'free'],
    });
  });

  afterAll(async () => {
    client?.disconnect();
    await probe?.close();
    await room?.end();
  });

  it('reads a stream that does not exist as one with nothing to do, and makes no error by asking', async () => {
    const first = await read();
    const second = await read();
    expect(first).toMatchObject({ [lag]: 0, [pending]: 0, redis_blocked_clients: 0 });
    expect(second.redis_error_replies).toBe(first.redis_error_replies);
    expect(second.redis_commands).toBeGreaterThan(first.redis_commands ?? 0);
    expect(Object.keys(second).filter((key) => key.startsWith('redis_lock_ttl_ms'))).toEqual([]);
  });

  it('reads lag and pending entries of a group', async () => {
    for (let n = 0; n < 5; n += 1) await client.xadd('s', '*', 'n', n);
    expect(await read()).toMatchObject({ [lag]: 5, [pending]: 0 });
    await client.xgroup('CREATE', 's', 'writer', '0');
    expect(await read()).toMatchObject({ [lag]: 5, [pending]: 0 });
    await client.xreadgroup('GROUP', 'writer', 'one', 'COUNT', 2, 'STREAMS', 's', '>');
    expect(await read()).toMatchObject({ [lag]: 3, [pending]: 2 });
  });

  it('counts what is unread where Redis does not know the lag', async () => {
    const [, second] = await client.xrange('s', '-', '+');
    await client.xdel('s', String(second?.[0]));
    await client.xgroup('SETID', 's', 'writer', String(second?.[0]));
    expect((await client.xinfo('GROUPS', 's')) as unknown).toMatchObject([expect.arrayContaining(['lag', null])]);
    expect(await read()).toMatchObject({ [lag]: 3 });
    await client.xreadgroup('GROUP', 'writer', 'one', 'STREAMS', 's', '>');
    expect(await read()).toMatchObject({ [lag]: 0 });
  });

  it('tells a lock that never expires from one that does', async () => {
    await client.set('lock', 'x');
    expect(await read()).toMatchObject({ 'redis_lock_ttl_ms{key:lock}': -1 });
    await client.pexpire('lock', 60_000);
    expect((await read())['redis_lock_ttl_ms{key:lock}']).toBeGreaterThan(0);
  });

  it('counts commands, errors and slow commands', async () => {
    const before = await read();
    await client.get('a').catch(() => undefined);
    await client.lpush('lock', 'x').catch(() => undefined);
    await client.config('SET', 'slowlog-log-slower-than', '0');
    await client.get('b');
    await client.config('SET', 'slowlog-log-slower-than', '1000000');
    const after = await read();
    const grew = (key: string) => (after[key] ?? 0) - (before[key] ?? 0);
    expect(grew('redis_command_calls{command:get}')).toBe(2);
    expect(grew('redis_errors{error:WRONGTYPE}')).toBe(1);
    expect(grew('redis_error_replies')).toBe(1);
    expect(grew('redis_slowlog_entries')).toBeGreaterThanOrEqual(1);
    expect(after['redis_command_p99_ms{command:get}']).toBeGreaterThan(0);
  });

  it('shows a gate that the totals of Redis began anew in the middle of the load', async () => {
    const loadStart = 1_790_000_000_000;
    const lines: SampleLine[] = [];
    for (let second = 0; second < 6; second += 1) {
      if (second === 3) await client.config('RESETSTAT');
      const taken = { kind: 'sample' as const, t: loadStart + second * 1_000, probe: 'redis', outcome: 'ok' as const };
      lines.push({ ...taken, tookMs: 1, values: await read() });
    }
    const window = { loadStart, loadEnd: loadStart + 5_000, drainEnd: loadStart + 5_000 };
    const outcome = (metric: string, text: string) =>
      evaluateGate({ metric, expression: parseGateExpression(metric, text) }, indexSeries(lines), window);
    expect(outcome('redis_commands', 'count<100000')).toMatchObject({ outcome: 'no-data', reason: 'counter-reset' });
    expect(outcome('redis_commands', 'count>0')).toMatchObject({ outcome: 'held', reason: 'counter-reset' });
    expect(outcome('redis_errors{error:NEVER}', 'count==0')).toMatchObject({ outcome: 'no-data' });
    expect(outcome('redis_errors', 'count==0')).toMatchObject({ outcome: 'no-data' });
  });

  it('gives up a reading when the store stands still, and reads again when it goes on', async () => {
    // The late answer to a reading that was given up may meet the next one: several rounds, or it hardly ever does.
    for (let round = 0; round < 10; round += 1) {
      await store.process.kill('SIGSTOP');
      await expect(read(100)).rejects.toThrow();
      await expect(read(100)).rejects.toThrow();
      await store.process.kill('SIGCONT');
      expect(await read()).toMatchObject({ [lag]: 0 });
    }
  });

  it('fails while the store is away and connects by itself to the one that returns', async () => {
    await store.process.stop({ graceMs: 0 });
    await expect(read()).rejects.toThrow('ECONNREFUSED');
    store = await room.redisAgain(store.port);
    expect(await read()).toMatchObject({ [lag]: 0, [pending]: 0 });
  });
});
