import { type Connection, createConnection } from 'mysql2/promise';
import type { Clock } from '../system/clock.ts';
import { abortable } from './abortable.ts';
import { describeRefusal, explainMysqlFailure, isLoginRefused, isRefusal, Refusal } from './mysql-failure.ts';
import { decodeDeadlocks, decodeServer, decodeSingle, decodeStatus } from './mysql-rows.ts';
import type { Probe } from './probe.ts';

export interface MysqlProbeOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** Statements that answer one number, of the service that is watched: `{ metric: 'outbox_pending_rows', sql: 'SELECT COUNT(*) …' }`. */
  readonly queries?: readonly { readonly metric: string; readonly sql: string }[];
}

const statusMetrics = {
  Threads_running: 'mysql_threads_running',
  Uptime: 'mysql_uptime_seconds',
  Threads_connected: 'mysql_threads_connected',
  Innodb_row_lock_waits: 'mysql_row_lock_waits',
  Innodb_row_lock_time: 'mysql_row_lock_ms',
  Innodb_row_lock_current_waits: 'mysql_row_lock_current_waits',
  Slow_queries: 'mysql_slow_queries',
  Com_commit: 'mysql_commits',
  Questions: 'mysql_questions',
} as const;
const statusNames = Object.keys(statusMetrics);

const processRight = 'PROCESS ON *.*';
const waiters = {
  MySQL: {
    // One row for each pair of waiter and blocker: transactions, not rows, are counted.
    sql: 'SELECT COUNT(DISTINCT REQUESTING_ENGINE_TRANSACTION_ID) AS value FROM performance_schema.data_lock_waits',
    grant: 'SELECT ON performance_schema.data_lock_waits',
  },
  MariaDB: {
    sql: "SELECT COUNT(*) AS value FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'",
    grant: processRight,
  },
} as const;

/** A server may lock an account after some refused logins, so that one is not repeated every second. */
const nextLoginAfterMs = 30_000;

interface Session {
  readonly connection: Connection;
  readonly product: keyof typeof waiters;
  /** The account as the server knows it: `service@127.0.0.1`. */
  readonly account: string;
  /** MySQL answers from an empty table when it runs without. */
  readonly hasPerformanceSchema: boolean;
}

/**
 * MariaDB and MySQL over one connection; a reading that fails drops it, the next connects anew.
 * A value that the account may not read is left out and named in `notes`, the others stay.
 */
export function mysqlProbe(options: MysqlProbeOptions): Probe {
  const { url, clock, timeoutMs = 1_900, queries = [] } = options;
  const refused = new Map<string, string>();
  let refusedLogin: { readonly error: unknown; readonly until: number } | undefined;
  let session: Session | undefined;
  let connecting: Connection | undefined;

  const drop = (): void => {
    session?.connection.destroy();
    session = undefined;
    connecting?.destroy();
    connecting = undefined;
  };

  const connect = async (signal: AbortSignal): Promise<Session> => {
    if (refusedLogin !== undefined && clock.monotonic() < refusedLogin.until) throw refusedLogin.error;
    // No query timeout of mysql2: it leaves the connection out of step, so the reading's signal ends the connection instead.
    const connection = await createConnection({ uri: url, connectTimeout: timeoutMs, supportBigNumbers: true });
    const giveUpIfAborted = (): void => {
      if (!signal.aborted) return;
      connection.destroy(); // a server that stood still answers after the reading was given up
      signal.throwIfAborted();
    };
    giveUpIfAborted();
    connecting = connection;
    connection.on('error', () => {
      if (session === undefined || session.connection === connection) drop();
    });
    const server = await describeServer(connection);
    giveUpIfAborted();
    connecting = undefined;
    session = { connection, ...server };
    return session;
  };

  const explain = async (error: unknown): Promise<unknown> => {
    if (error === refusedLogin?.error) return error;
    const explained = await explainMysqlFailure(error, url, timeoutMs / 4);
    if (isLoginRefused(error)) refusedLogin = { error: explained, until: clock.monotonic() + nextLoginAfterMs };
    return explained;
  };

  const readAll = async (signal: AbortSignal): Promise<Record<string, number>> => {
    const { connection, product, account, hasPerformanceSchema } = session ?? (await connect(signal));
    const before = clock.monotonic();
    await connection.ping();
    const values: Record<string, number> = { mysql_ping_ms: clock.monotonic() - before };
    const put = async (metric: string, grant: string, ask: () => Promise<number>): Promise<void> => {
      try {
        values[metric] = await ask();
        refused.delete(metric);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.set(metric, describeRefusal(error, grant, account));
      }
    };
    Object.assign(values, await readStatus(connection));
    await put('mysql_deadlocks', processRight, () => readDeadlocks(connection));
    await put('mysql_lock_waiters', waiters[product].grant, async () => {
      if (!hasPerformanceSchema) throw new Refusal('the server runs with performance_schema=OFF, set at its start');
      return one(connection, waiters[product].sql);
    });
    for (const { metric, sql } of queries) {
      await put(metric, 'SELECT ON DATABASE.TABLE', () => one(connection, sql));
    }
    return values;
  };

  return {
    name: 'mysql',
    timeoutMs,
    read: async (signal) => {
      try {
        return await abortable(signal, drop, () => readAll(signal));
      } catch (error) {
        drop();
        throw signal.aborted ? error : await explain(error);
      }
    },
    notes: () => [...refused].map(([metric, reason]) => `${metric}: ${reason}`),
    close: async () => drop(),
  };
}

async function describeServer(connection: Connection): Promise<Omit<Session, 'connection'>> {
  const [rows] = await connection.query(
    'SELECT VERSION() AS version, CURRENT_USER() AS account, @@performance_schema AS performanceSchema',
  );
  const { version, account, performanceSchema } = decodeServer(rows);
  const product = version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
  return { product, account, hasPerformanceSchema: product === 'MariaDB' || performanceSchema === 1 };
}

async function readStatus(connection: Connection): Promise<Record<string, number>> {
  const [rows] = await connection.query('SHOW GLOBAL STATUS WHERE Variable_name IN (?)', [statusNames]);
  const status = decodeStatus(rows);
  const values: Record<string, number> = {};
  for (const [name, metric] of Object.entries(statusMetrics)) {
    const value = status.get(name);
    if (value !== undefined) values[metric] = value;
  }
  return values;
}

async function readDeadlocks(connection: Connection): Promise<number> {
  const [rows] = await connection.query(
    "SELECT * FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks'",
  );
  return decodeDeadlocks(rows);
}

async function one(connection: Connection, sql: string): Promise<number> {
  const [rows] = await connection.query(sql);
  return decodeSingle(rows, sql);
}
