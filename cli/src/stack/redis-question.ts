import { Redis } from 'ioredis';

const reported = ['appendonly', 'appendfsync', 'save', 'maxmemory', 'maxmemory-policy', 'io-threads'];

/** What a Redis says of itself. */
export interface RedisFacts {
  readonly product: 'Redis' | 'Valkey';
  readonly version: string | undefined;
  /** `standalone`, `cluster`, `sentinel`. */
  readonly mode: string | undefined;
  /** As it sees itself: 1 in a container. */
  readonly pid: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Asks a Redis on 127.0.0.1. Rejects when it does not answer PING yet. */
export async function askRedis(port: number): Promise<RedisFacts> {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 1000,
    // It would wait by itself for a server that is still loading, longer than we do.
    enableReadyCheck: false,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
    return await readRedisFacts(redis);
  } finally {
    redis.disconnect();
  }
}

/** Settings that the account may not read are left out. */
export async function readRedisFacts(redis: Redis): Promise<RedisFacts> {
  const info = await redis.info('server');
  const settings: Record<string, string> = {};
  for (const name of reported) {
    const answer: unknown = await redis.config('GET', name).catch(() => null);
    if (Array.isArray(answer) && answer[1] !== undefined) settings[name] = String(answer[1]);
  }
  const valkey = field(info, 'valkey_version');
  return {
    product: valkey === undefined ? 'Redis' : 'Valkey',
    version: valkey ?? field(info, 'redis_version'),
    mode: field(info, 'redis_mode'),
    pid: Number(field(info, 'process_id')),
    settings,
  };
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
