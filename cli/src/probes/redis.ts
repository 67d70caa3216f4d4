import { Redis } from 'ioredis';
import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';
import type { Clock } from '../system/clock.ts';
import { abortable } from './abortable.ts';
import type { Probe } from './probe.ts';
import { parseRedisInfo, redisInfoValues } from './redis-info.ts';
import { slowlogCounter } from './redis-slowlog.ts';

/** A group whose lag Redis cannot tell is counted by reading what it has not read, up to this many entries. */
const mostCounted = 1000;

export interface RedisProbeOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly streams?: readonly { readonly key: string; readonly group: string }[];
  /** Keys whose remaining time is recorded while they exist. */
  readonly locks?: readonly string[];
}

/**
 * One connection without background retries: a reading that fails drops it, the next reading connects anew.
 * A stream or group that does not exist yet has nothing to process: its lag is the length of the stream, or 0.
 */
export function redisProbe(options: RedisProbeOptions): Probe {
  const { url, clock, timeoutMs = 1_900, streams = [], locks = [] } = options;
  const countSlow = slowlogCounter();
  const unknownLag = new Set<string>();
  let client: Redis | undefined;

  const drop = (): void => {
    client?.disconnect();
    client = undefined;
  };

  const readAll = async (signal: AbortSignal): Promise<Record<string, number>> => {
    if (client !== undefined && client.status !== 'ready') drop(); // lost between two readings
    client ??= await connect(url, timeoutMs, signal);
    const redis = client;
    const before = clock.monotonic();
    await redis.ping();
    const pingMs = clock.monotonic() - before;
    const [info, slowlogLength, newest, streamValues, lockValues] = await Promise.all([
      redis.info('everything').then(parseRedisInfo),
      redis.slowlog('LEN').then((length) => z.number().parse(length)),
      redis.slowlog('GET', 1).then((entries) => slowlogEntries.parse(entries)),
      Promise.all(streams.map((stream) => readStream(redis, stream, unknownLag))),
      Promise.all(locks.map((key) => readLock(redis, key))),
    ]);
    const slow = { runId: info.get('run_id') ?? '', newestId: newest[0]?.[0] ?? null, length: slowlogLength };
    return Object.assign(
      { redis_ping_ms: pingMs, redis_slowlog_entries: countSlow(slow) },
      redisInfoValues(info),
      ...streamValues,
      ...lockValues,
    );
  };

  return {
    name: 'redis',
    timeoutMs,
    read: async (signal) => {
      try {
        return await abortable(signal, drop, () => readAll(signal));
      } catch (error) {
        drop();
        throw error;
      }
    },
    notes: () =>
      [...unknownLag].map(
        (stream) => `redis_stream_lag of ${stream}: more than ${mostCounted} entries, and Redis does not know`,
      ),
    close: async () => drop(),
  };
}

async function connect(url: string, timeoutMs: number, signal: AbortSignal): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false, // it would hide that the server is still loading
    autoResubscribe: false,
    disableClientInfo: true,
    connectionName: 'loadkit-probe',
  });
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  const give = (): void => redis.disconnect();
  signal.addEventListener('abort', give, { once: true });
  try {
    await redis.connect();
    signal.throwIfAborted(); // ioredis resolves, late, even for a connection that was given up
    return redis;
  } catch (error) {
    redis.disconnect();
    throw reason ?? error;
  } finally {
    signal.removeEventListener('abort', give);
  }
}

const slowlogEntries = z.array(z.tuple([z.number()], z.unknown()));
const groupsReply = z.array(z.array(z.unknown()).transform(pairs));
const streamReply = z.array(z.unknown()).transform(pairs);
const groupFields = z.object({
  name: z.string(),
  pending: z.number(),
  lag: z.number().nullish(),
  'last-delivered-id': z.string(),
});

async function readStream(
  redis: Redis,
  stream: { key: string; group: string },
  unknownLag: Set<string>,
): Promise<Record<string, number>> {
  const tags = { stream: stream.key, group: stream.group };
  const lagKey = metricKey('redis_stream_lag', tags);
  const pendingKey = metricKey('redis_stream_pending', tags);
  // Asking for the groups of a key that is not there would count as an error of the server, every second.
  if ((await redis.exists(stream.key)) === 0) return { [lagKey]: 0, [pendingKey]: 0 };
  const groups = groupsReply.parse(await redis.xinfo('GROUPS', stream.key));
  const group = groups.find((fields) => fields.name === stream.group);
  if (group === undefined) return { [lagKey]: await redis.xlen(stream.key), [pendingKey]: 0 };
  const { lag: known, pending, 'last-delivered-id': lastDelivered } = groupFields.parse(group);
  const lag = known === 0 ? 0 : await correctedLag(redis, stream.key, lastDelivered, known ?? null);
  if (lag === undefined) unknownLag.add(stream.key);
  else unknownLag.delete(stream.key);
  return lag === undefined ? { [pendingKey]: pending } : { [lagKey]: lag, [pendingKey]: pending };
}

// Redis answers a nil lag after XDEL, or for a group that was made in the middle of its stream; after a restart from
// its append-only file it has forgotten how many entries were read, and names a lag that never ends (seen in 7.0.15).
async function correctedLag(
  redis: Redis,
  key: string,
  lastDelivered: string,
  known: number | null,
): Promise<number | undefined> {
  const fields = streamReply.parse(await redis.xinfo('STREAM', key));
  if (fields['last-generated-id'] === lastDelivered) return 0;
  if (known !== null) return known;
  const unread = await redis.xrange(key, `(${lastDelivered}`, '+', 'COUNT', mostCounted + 1);
  return unread.length > mostCounted ? undefined : unread.length;
}

async function readLock(redis: Redis, key: string): Promise<Record<string, number>> {
  const ttl = await redis.pttl(key);
  return ttl === -2 ? {} : { [metricKey('redis_lock_ttl_ms', { key })]: ttl };
}

/** `[name, value, name, value]` */
function pairs(flat: unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[String(flat[i])] = flat[i + 1];
  return fields;
}
