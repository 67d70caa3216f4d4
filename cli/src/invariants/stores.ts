import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { maskSecrets } from '../system/secret.ts';

const connectTimeoutMs = 5_000;

/** A figure of a row; DECIMAL and BIGINT come as text. NULL is refused. */
export const figure = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

/** The stores in which invariants are counted. Connects at the first question; a store that cannot be reached is asked once. */
export interface Stores {
  redis(): Promise<Redis>;
  /** Rows of a statement, each decoded by `form`. */
  rows<T>(form: z.ZodType<T>, sql: string, values?: readonly (string | number)[]): Promise<T[]>;
  /** The only row of a statement that aggregates. */
  row<T>(form: z.ZodType<T>, sql: string): Promise<T>;
  /** Ends what still runs, without waiting for it. */
  close(): void;
}

export interface StoreUrls {
  readonly redisUrl: string | null;
  readonly mysqlUrl: string | null;
}

export function openStores({ redisUrl, mysqlUrl }: StoreUrls): Stores {
  let redis: Promise<Redis> | undefined;
  let mysql: Promise<Connection> | undefined;

  const rows = async <T>(form: z.ZodType<T>, sql: string, values: readonly (string | number)[] = []): Promise<T[]> => {
    mysql ??= connectMysql(mysqlUrl);
    const connection = await mysql;
    const [answer] = await connection.query(sql, [...values]);
    return z.array(form).parse(answer);
  };
  return {
    redis: () => {
      redis ??= connectRedis(redisUrl);
      return redis;
    },
    rows,
    row: async (form, sql) => {
      const [first] = await rows(form, sql);
      if (first === undefined) throw new LoadkitError('no-row', `no row from: ${sql}`);
      return first;
    },
    close: () => {
      redis?.then((client) => client.disconnect()).catch(() => undefined);
      mysql?.then((connection) => connection.destroy()).catch(() => undefined);
    },
  };
}

async function connectRedis(url: string | null): Promise<Redis> {
  if (url === null) throw new LoadkitError('no-redis-address', 'the address of Redis is not known');
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disableClientInfo: true,
    connectionName: 'loadkit-invariants',
  });
  let reason: unknown;
  client.on('error', (error: unknown) => {
    reason = error;
  });
  try {
    await client.connect();
    // Where the database of the URL is refused, ioredis says so in an event only, and goes on with database 0.
    if (reason !== undefined) throw reason;
    return client;
  } catch (error) {
    client.disconnect();
    throw unreachable('redis', messageOf(reason ?? error));
  }
}

async function connectMysql(url: string | null): Promise<Connection> {
  if (url === null) throw new LoadkitError('no-mysql-address', 'the address of MySQL is not known');
  try {
    const connection = await createConnection({ uri: url, connectTimeout: connectTimeoutMs, supportBigNumbers: true });
    // Without a listener a connection that is lost between two questions would end the process.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    throw unreachable('mysql', messageOf(error));
  }
}

function unreachable(store: string, why: string): LoadkitError {
  return new LoadkitError('store-unreachable', maskSecrets(`${store}: ${why}`));
}
