import { Redis } from 'ioredis';
import { LoadkitError, messageOf } from '../system/error.ts';
import type { PortAddress } from './port-look.ts';

/** What a `redis://` or `rediss://` URL says. */
export interface RedisAddress extends PortAddress {
  readonly tls: boolean;
  /** `default` where the URL names none. */
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** The URL without credentials and database. */
  readonly bareUrl: string;
}

export function redisAddress(url: string): RedisAddress {
  const { protocol, hostname, port, username, password, pathname, search } = new URL(url);
  const database = pathname.slice(1);
  const bareHost = hostname === '' ? '127.0.0.1' : hostname;
  return {
    host: bareHost.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    tls: protocol === 'rediss:',
    user: username === '' ? 'default' : decoded(username),
    password: password === '' ? null : decoded(password),
    database: database === '' ? '0' : database,
    bareUrl: `${protocol}//${bareHost}${port === '' ? '' : `:${port}`}${search}`,
  };
}

/**
 * One connection without background retries. Password and database are sent by us: ioredis would go on with database 0
 * where the one of the URL is refused, say "Connection is closed." to a wrong password, and write to the terminal.
 */
export async function connectRedis(address: RedisAddress, timeoutMs: number, signal: AbortSignal): Promise<Redis> {
  const redis = new Redis(address.bareUrl, {
    lazyConnect: true,
    // Leaves time to find out why nobody answered.
    connectTimeout: timeoutMs / 2,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false, // it would hide that the server is still loading
    autoResubscribe: false,
    disableClientInfo: true,
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
    await authenticate(redis, address);
    await select(redis, address);
    await redis.client('SETNAME', 'loadkit-probe').catch(() => undefined);
    signal.throwIfAborted(); // a server that stood still answers, late, over a connection that is half closed by then
    return redis;
  } catch (error) {
    redis.disconnect();
    throw reason ?? error;
  } finally {
    signal.removeEventListener('abort', give);
  }
}

async function authenticate(redis: Redis, { user, password }: RedisAddress): Promise<void> {
  if (password === null) return;
  try {
    await (user === 'default' ? redis.auth(password) : redis.auth(user, password));
  } catch (error) {
    if (!(error instanceof Error) || !needsNoPassword.test(error.message)) throw error;
  }
}

async function select(redis: Redis, { host, port, database }: RedisAddress): Promise<void> {
  if (database === '0') return;
  try {
    await redis.call('SELECT', database);
  } catch (error) {
    const message = messageOf(error);
    if (message.startsWith('NOAUTH')) throw error;
    throw new LoadkitError(
      'redis-database',
      `Redis at ${host}:${port} does not give database ${database}: ${message}; correct the end of the URL`,
      { cause: error },
    );
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing
  }
}

/** In the words of Redis before 6, and of 6 and later. */
const needsNoPassword = /no password is set|without any password configured/;
