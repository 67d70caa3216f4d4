import { Redis } from 'ioredis';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';

const connectTimeoutMs = 5_000;

/**
 * Works with a connection of its own, for up to `timeoutMs`. Rejects with `LoadkitError` `redis-unreachable` (cause: what
 * the system said) when there is none to be had, with the reason of `signal`, or with what `work` throws.
 */
export async function withRedis<T>(
  { url, timeoutMs, signal }: { url: string; timeoutMs: number; signal: AbortSignal },
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectionName: 'loadkit-drill',
  });
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  try {
    return await withTimeout(
      timeoutMs,
      async () => {
        await redis.connect().catch((error: unknown) => {
          throw unreachable(reason ?? error);
        });
        // Where the database of the URL is refused, ioredis says so in an event only, and goes on with database 0.
        if (reason !== undefined) throw unreachable(reason);
        return await work(redis);
      },
      signal,
    );
  } finally {
    redis.disconnect();
  }
}

function unreachable(cause: unknown): LoadkitError {
  return new LoadkitError('redis-unreachable', maskSecrets(`Redis: ${messageOf(cause)}`), {
    exitCode: exitCode.unreachable,
    cause,
  });
}
