import {
  type Connection,
  createConnection,
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type { Metrics } from '../metrics.ts';
import { withDeadline } from './deadline.ts';
import { StoreFailure } from './failure.ts';
import { mysqlErrorKind } from './mysql-error.ts';
import { Permits } from './permits.ts';

export interface MysqlSettings {
  readonly url: string;
  readonly poolSize: number;
  readonly queueLimit: number;
  readonly queueTimeoutMs: number;
  readonly timeoutMs: number;
  readonly lockWaitSeconds: number;
}

export type Parameter = string | number | Date | null;

/** Statements on one connection. */
export interface Session {
  /** Rows as the server gave them; the caller decodes. Prepared once for each connection and text. */
  rows(sql: string, parameters?: readonly Parameter[]): Promise<RowDataPacket[]>;
  write(sql: string, parameters?: readonly Parameter[]): Promise<ResultSetHeader>;
  /** Not prepared: for texts that differ with each call. */
  query(sql: string, parameters?: readonly Parameter[]): Promise<RowDataPacket[]>;
  /** Not prepared; the rows take the place of the only `?`, each in parentheses. */
  writeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<ResultSetHeader>;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Returned by the work of a transaction that ended without a change. */
export class Rollback<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

/** A bounded pool. Waiting for a connection and each unit of work end within their time. */
export class Mysql {
  readonly permits: Permits;
  readonly #pool: Pool;
  readonly #timeoutMs: number;

  constructor(settings: MysqlSettings, metrics: Pick<Metrics, 'mysqlPoolWait'>) {
    this.#timeoutMs = settings.timeoutMs;
    this.permits = new Permits({
      ...settings,
      size: settings.poolSize,
      onWaited: (s) => metrics.mysqlPoolWait.observe(s),
    });
    this.#pool = createMysqlPool(settings);
  }

  /** `work` on a connection of its own, outside of a transaction. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#leased((connection) => work(sessionOf(connection)));
  }

  /** `work` as one transaction: committed when it resolves, rolled back when it rejects or resolves with `Rollback`. */
  async transaction<T>(work: (session: Session) => Promise<T | Rollback<T>>): Promise<T> {
    return this.#leased(async (connection) => {
      await connection.query('START TRANSACTION');
      let result: T | Rollback<T>;
      try {
        result = await work(sessionOf(connection));
      } catch (error) {
        if (isUsable(error)) await connection.query('ROLLBACK');
        throw error;
      }
      if (result instanceof Rollback) {
        await connection.query('ROLLBACK');
        return result.value;
      }
      await connection.query('COMMIT');
      return result;
    });
  }

  /**
   * Statements that need no answer of each other, as one transaction in two round trips: they go out together, then
   * `decide` looks at what each did, and the transaction is committed unless it says `Rollback`.
   */
  async together<T>(
    statements: readonly Statement[],
    decide: (results: readonly ResultSetHeader[]) => T | Rollback<T>,
  ): Promise<T> {
    return this.#leased(async (connection) => {
      try {
        const text = ['START TRANSACTION', ...statements.map(({ sql }) => sql)].join('; ');
        const values = statements.flatMap(({ parameters }) => parameters);
        const [[, ...results]] = await connection.query<ResultSetHeader[]>(text, values);
        const result = decide(results);
        if (result instanceof Rollback) {
          await connection.query('ROLLBACK');
          return result.value;
        }
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        if (isUsable(error)) await connection.query('ROLLBACK');
        throw error;
      }
    });
  }

  async ping(): Promise<void> {
    await this.session((session) => session.rows('SELECT 1'));
  }

  async close(): Promise<void> {
    await withDeadline(2_000, 'closing MySQL', this.#pool.end()).catch(() => undefined);
  }

  async #leased<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    await this.permits.acquire();
    let connection: PoolConnection | undefined;
    let gone = false;
    const discard = (): void => {
      if (!gone) connection?.destroy();
      gone = true;
    };
    try {
      const lease = await this.#connection();
      connection = lease;
      return await withDeadline(this.#timeoutMs, 'MySQL', work(lease), discard);
    } catch (error) {
      throw this.#failure(error, discard);
    } finally {
      if (!gone) connection?.release();
      this.permits.release();
    }
  }

  async #connection(): Promise<PoolConnection> {
    const pending = this.#pool.getConnection();
    // One that comes after all was given up by then.
    const giveUp = (): void => void pending.then((late) => late.destroy()).catch(() => undefined);
    return withDeadline(this.#timeoutMs, 'connecting to MySQL', pending, giveUp);
  }

  /** A lost connection becomes a `StoreFailure` and does not return to the pool. */
  #failure(error: unknown, discard: () => void): unknown {
    if (error instanceof StoreFailure || !isFromMysql(error)) return error;
    if (mysqlErrorKind(error) !== 'unavailable') return error;
    discard();
    return new StoreFailure('STORE_UNAVAILABLE', 'MySQL does not answer', error);
  }
}

function isUsable(error: unknown): boolean {
  return mysqlErrorKind(error) !== 'unavailable';
}

/** Errors of the client library and of sockets carry a `code`; a closed connection is named by its text only. */
function isFromMysql(error: unknown): boolean {
  return (
    error instanceof Error && ('errno' in error || 'code' in error || /closed state|closed\.?$/i.test(error.message))
  );
}

type Access = Pick<MysqlSettings, 'url' | 'lockWaitSeconds'>;

const connectTimeout = 2_000;

function connectionOptions({ url }: Access) {
  return {
    uri: url,
    connectTimeout,
    supportBigNumbers: true,
    timezone: 'Z',
    enableKeepAlive: true,
    multipleStatements: true,
  };
}

/**
 * Read committed: no gap locks, which two inserts could deadlock on.
 * The SQL mode is ours, because the client escapes with backslashes, which a server may be told not to know.
 */
function sessionSettings({ lockWaitSeconds }: Access): string[] {
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', innodb_lock_wait_timeout = ${lockWaitSeconds}`,
  ];
}

function createMysqlPool(settings: Access & Pick<MysqlSettings, 'poolSize'>): Pool {
  const pool = createPool({ ...connectionOptions(settings), connectionLimit: settings.poolSize });
  pool.pool.on('connection', (connection) => {
    // Queued before the first statement of its user; should it fail, that one fails in the same way.
    for (const sql of sessionSettings(settings)) connection.query(sql, () => undefined);
  });
  return pool;
}

/** A connection of one's own, outside of the pool. */
export async function connectMysql(settings: Access): Promise<Connection> {
  const connection = await createConnection(connectionOptions(settings));
  connection.on('error', () => undefined); // the next statement fails
  for (const sql of sessionSettings(settings)) await connection.query(sql);
  return connection;
}

export function sessionOf(connection: Pick<Connection, 'execute' | 'query'>): Session {
  return {
    rows: async (sql, parameters = []) => (await connection.execute<RowDataPacket[]>(sql, [...parameters]))[0],
    write: async (sql, parameters = []) => (await connection.execute<ResultSetHeader>(sql, [...parameters]))[0],
    query: async (sql, parameters = []) => (await connection.query<RowDataPacket[]>(sql, [...parameters]))[0],
    writeMany: async (sql, rows) => (await connection.query<ResultSetHeader>(sql, [rows]))[0],
  };
}
