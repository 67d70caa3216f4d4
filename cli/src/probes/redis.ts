import type { Redis } from 'ioredis';
import { metricKey } from '../record/metric-key.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { abortable } from './abortable.ts';
import type { Probe } from './probe.ts';
import { type RedisBound, readBound } from './redis-bound.ts';
import { connectRedis, redisAddress } from './redis-connection.ts';
import { describeRefusal, explainRedisFailure, isRedisRefusal } from './redis-failure.ts';
import { parseRedisInfo, redisInfoValues } from './redis-info.ts';
import { newestEntry, slowlogCounter, slowlogLength } from './redis-slowlog.ts';
import { mostCounted, readStream } from './redis-stream.ts';

export interface RedisProbeOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly streams?: readonly { readonly key: string; readonly group: string }[];
  /** Keys whose remaining time is recorded while they exist. */
  readonly locks?: readonly string[];
  readonly bounds?: readonly RedisBound[];
}

interface Question {
  /** What is missing without the answer. */
  readonly values: string;
  /** Rules of `ACL SETUSER` that allow it. */
  readonly rules: string;
  readonly ask: () => Promise<Record<string, number>>;
}

/**
 * One connection; a reading that fails drops it, the next reading connects anew.
 * What this account, or this node of a cluster, does not answer is left out and named in `notes`; the other values stay.
 */
export function redisProbe(options: RedisProbeOptions): Probe {
  const { url, clock, timeoutMs = 1_900, streams = [], locks = [], bounds = [] } = options;
  const address = redisAddress(url);
  const countSlow = slowlogCounter();
  const refused = new Map<string, string>();
  const unknownLag = new Set<string>();
  let isClusterNode = false;
  let client: Redis | undefined;

  const drop = (): void => {
    client?.disconnect();
    client = undefined;
  };

  const readAll = async (signal: AbortSignal): Promise<Record<string, number>> => {
    if (client !== undefined && client.status !== 'ready') drop(); // lost between two readings
    client ??= await connectRedis(address, timeoutMs, signal);
    const values: Record<string, number> = {};
    const answer = async ({ values: what, rules, ask }: Question): Promise<void> => {
      try {
        Object.assign(values, await ask());
        refused.delete(what);
      } catch (error) {
        if (!isRedisRefusal(error)) throw error;
        refused.set(what, describeRefusal(error, address, rules));
      }
    };
    const redis = client;
    await answer({ values: 'redis_ping_ms', rules: '+ping', ask: () => timePing(redis, clock) });
    await Promise.all(questions(redis).map(answer));
    const [first] = refused.values();
    if (Object.keys(values).length === 0 && first !== undefined) throw new LoadkitError('redis-refused', first);
    return values;
  };

  const questions = (redis: Redis): Question[] => {
    const info = redis.info('everything').then(parseRedisInfo);
    const infoValues = async () => {
      const fields = await info;
      isClusterNode = fields.get('cluster_enabled') === '1';
      return redisInfoValues(fields);
    };
    const slowlogValues = async () => {
      const [fields, length, newest] = await Promise.all([
        info.catch(() => undefined),
        redis.slowlog('LEN').then(slowlogLength),
        redis.slowlog('GET', 1).then(newestEntry),
      ]);
      const runId = fields?.get('run_id') ?? '';
      return { redis_slowlog_entries: countSlow({ runId, newestId: newest, length }) };
    };
    return [
      { values: 'what INFO holds (commands, memory, clients, errors)', rules: '+info', ask: infoValues },
      { values: 'redis_slowlog_entries', rules: '+slowlog|len +slowlog|get', ask: slowlogValues },
      ...streams.map((stream) => ({
        values: `redis_stream_lag and redis_stream_pending of ${stream.key}`,
        rules: `~${stream.key} +exists +xinfo +xlen +xrange`,
        ask: async () => {
          const read = await readStream(redis, stream);
          const isKnown = metricKey('redis_stream_lag', { stream: stream.key, group: stream.group }) in read;
          if (isKnown) unknownLag.delete(stream.key);
          else unknownLag.add(stream.key);
          return read;
        },
      })),
      ...locks.map((key) => ({
        values: `redis_lock_ttl_ms of ${key}`,
        rules: `~${key} +pttl`,
        ask: () => readLock(redis, key),
      })),
      ...bounds.map((bound) => ({
        values: bound.metric,
        rules: `+multi +exec ${[bound.count, bound.atMost].map(([name, key]) => `+${name.toLowerCase()} ~${key}`).join(' ')}`,
        ask: () => readBound(redis, bound),
      })),
    ];
  };

  return {
    name: 'redis',
    timeoutMs,
    read: async (signal) => {
      try {
        return await abortable(signal, drop, () => readAll(signal));
      } catch (error) {
        drop();
        throw signal.aborted ? error : await explainRedisFailure(error, address, timeoutMs / 4);
      }
    },
    notes: () => [
      ...(isClusterNode
        ? [`Redis runs in cluster mode: all figures are of the node ${address.host}:${address.port} alone`]
        : []),
      ...[...refused].sort().map(([values, reason]) => `${values}: ${reason}`),
      ...[...unknownLag].map(
        (stream) => `redis_stream_lag of ${stream}: more than ${mostCounted} entries, and Redis does not know`,
      ),
    ],
    close: async () => drop(),
  };
}

async function timePing(redis: Redis, clock: Clock): Promise<Record<string, number>> {
  const before = clock.monotonic();
  await redis.ping();
  return { redis_ping_ms: clock.monotonic() - before };
}

async function readLock(redis: Redis, key: string): Promise<Record<string, number>> {
  const ttl = await redis.pttl(key);
  return ttl === -2 ? {} : { [metricKey('redis_lock_ttl_ms', { key })]: ttl };
}
