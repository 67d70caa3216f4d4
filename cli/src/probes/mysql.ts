import { type Connection, createConnection } from 'mysql2/promise';
import { z } from 'zod';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { abortable } from './abortable.ts';
import { failureText } from './failure.ts';
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
  Threads_connected: 'mysql_threads_connected',
  Innodb_row_lock_waits: 'mysql_row_lock_waits',
  Innodb_row_lock_time: 'mysql_row_lock_ms',
  Innodb_row_lock_current_waits: 'mysql_row_lock_current_waits',
  Slow_queries: 'mysql_slow_queries',
  Com_commit: 'mysql_commits',
  Questions: 'mysql_questions',
} as const;
const statusNames = Object.keys(statusMetrics);

const waiterCounts = {
  // One row for each pair of waiter and blocker: transactions, not rows, are counted.
  MySQL: 'SELECT COUNT(DISTINCT REQUESTING_ENGINE_TRANSACTION_ID) AS value FROM performance_schema.data_lock_waits',
  MariaDB: "SELECT COUNT(*) AS value FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'",
} as const;

/**
 * MariaDB and MySQL over one connection; a reading that fails drops it, the next connects anew.
 * A value that the account may not read is left out and named in `notes`, the others stay.
 */
export function mysqlProbe(options: MysqlProbeOptions): Probe {
  const { url, clock, timeoutMs = 1_900, queries = [] } = options;
  const refused = new Map<string, string>();
  let session: { connection: Connection; product: keyof typeof waiterCounts } | undefined;
  let connecting: Connection | undefined;

  const drop = (): void => {
    session?.connection.destroy();
    session = undefined;
    connecting?.destroy();
    connecting = undefined;
  };

  const connect = async (): Promise<NonNullable<typeof session>> => {
    // No query timeout of mysql2: it leaves the connection out of step, so the reading's signal ends the connection instead.
    const connection = await createConnection({ uri: url, connectTimeout: timeoutMs, supportBigNumbers: true });
    connecting = connection;
    connection.on('error', () => drop());
    const version = await one(connection, 'SELECT VERSION() AS value', z.string());
    session = { connection, product: version.includes('MariaDB') ? 'MariaDB' : 'MySQL' };
    connecting = undefined;
    return session;
  };

  const readAll = async (signal: AbortSignal): Promise<Record<string, number>> => {
    const { connection, product } = session ?? (await connect());
    if (signal.aborted) {
      connection.destroy(); // connected after the reading was given up
      signal.throwIfAborted();
    }
    const before = clock.monotonic();
    await connection.ping();
    const values: Record<string, number> = { mysql_ping_ms: clock.monotonic() - before };
    const put = async (metric: string, ask: () => Promise<number>): Promise<void> => {
      try {
        values[metric] = await ask();
        refused.delete(metric);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.set(metric, failureText(error));
      }
    };
    Object.assign(values, await readStatus(connection));
    await put('mysql_deadlocks', () => readDeadlocks(connection));
    await put('mysql_lock_waiters', () => one(connection, waiterCounts[product], count));
    for (const { metric, sql } of queries) await put(metric, () => one(connection, sql, count));
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
        throw error;
      }
    },
    notes: () => [...refused].map(([metric, reason]) => `${metric}: ${reason}`),
    close: async () => drop(),
  };
}

// DECIMAL and BIGINT come as text; NULL is no number.
const count = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

async function readStatus(connection: Connection): Promise<Record<string, number>> {
  const [rows] = await connection.query('SHOW GLOBAL STATUS WHERE Variable_name IN (?)', [statusNames]);
  const status = new Map(statusRows.parse(rows).map((row) => [row.Variable_name, row.Value]));
  const values: Record<string, number> = {};
  for (const [name, metric] of Object.entries(statusMetrics)) {
    const value = status.get(name);
    if (value !== undefined) values[metric] = value;
  }
  return values;
}
const statusRows = z.array(z.object({ Variable_name: z.string(), Value: count }));

// The column that says whether the counter counts is STATUS ('enabled') in MySQL and ENABLED (1) in MariaDB.
async function readDeadlocks(connection: Connection): Promise<number> {
  const [rows] = await connection.query(
    "SELECT * FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks'",
  );
  const row = deadlockRows.parse(rows)[0];
  if (row === undefined || row.STATUS === 'disabled' || row.ENABLED === 0) {
    throw new Refusal('the counter lock_deadlocks of INNODB_METRICS is switched off');
  }
  return row.COUNT;
}
const deadlockRows = z.array(z.object({ COUNT: count, STATUS: z.string().optional(), ENABLED: z.number().optional() }));

/** The column `value`, or the only one, of the first row. */
async function one<T>(connection: Connection, sql: string, form: z.ZodType<T>): Promise<T> {
  const [rows] = await connection.query(sql);
  const row = z.array(z.record(z.string(), z.unknown())).parse(rows)[0];
  const parsed = form.safeParse(row === undefined ? undefined : Object.values(row)[0]);
  if (!parsed.success) throw new Refusal(`no single value from: ${sql}`);
  return parsed.data;
}

class Refusal extends LoadkitError {
  constructor(message: string) {
    super('query-refused', message);
  }
}

// The server answered, but not this statement: no right, no such table (yet). A lost connection is `fatal`.
function isRefusal(error: unknown): boolean {
  if (error instanceof Refusal) return true;
  return error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true);
}
