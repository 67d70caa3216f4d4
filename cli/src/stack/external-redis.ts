import { Redis } from 'ioredis';
import type { StoreAnswer } from './external-store.ts';
import { readRedisFacts } from './redis-question.ts';

/** Product, version and settings of a Redis or Valkey. Where `CONFIG` is not allowed, the settings are left out. */
export async function describeRedis(url: string, timeoutMs: number): Promise<StoreAnswer> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  try {
    await redis.connect();
    const { product, version = 'unknown', mode, settings } = await readRedisFacts(redis);
    return { product, version, settings: { ...(mode === undefined ? {} : { mode }), ...settings } };
  } catch (error) {
    // ioredis ends with "Connection is closed." and tells why in an event.
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}
