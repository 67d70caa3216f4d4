import { Redis } from 'ioredis';
import type { CalmLog } from '../log.ts';
import { StoreFailure } from './failure.ts';

export interface RedisSettings {
  readonly url: string;
  readonly timeoutMs: number;
}

/**
 * A connection that fails a command at once while the server is away, and comes back by itself.
 * No command is sent twice: a lost answer does not mean that nothing was done.
 *
 * @param blockMs longest time for which a command of this connection asks the server to block it
 */
export function createRedis(settings: RedisSettings, log: CalmLog, blockMs = 0): Redis {
  const redis = new Redis(settings.url, {
    connectTimeout: 2_000,
    commandTimeout: settings.timeoutMs + blockMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Commands of one turn of the event loop leave in one write; under load most of a request's time is system calls.
    // Not beside a blocking command, which would hold the others' answers.
    enableAutoPipelining: blockMs === 0,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  });
  redis.on('error', (error: unknown) => log.error('redis connection', error));
  return redis;
}

/** Every failure of a Redis command that is not the command's own fault is one that may pass. */
export function redisFailure(error: unknown): unknown {
  if (error instanceof StoreFailure) return error;
  if (
    error instanceof Error &&
    error.name === 'ReplyError' &&
    !/^(LOADING|READONLY|OOM|MASTERDOWN|BUSY|CLUSTERDOWN|MISCONF)/.test(error.message)
  ) {
    return error;
  }
  return new StoreFailure('STORE_UNAVAILABLE', 'Redis does not answer', error);
}

/** Waits for a new connection, for programs that have nothing to do without it. */
export async function redisReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new StoreFailure('STORE_UNAVAILABLE', `Redis was not ready within ${timeoutMs} ms`));
    }, timeoutMs);
    redis.once('ready', onReady);
  });
}
