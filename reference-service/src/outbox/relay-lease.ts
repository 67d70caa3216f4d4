import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { withDeadline } from '../stores/deadline.ts';
import { connectMysql, type MysqlSettings, type Session, sessionOf } from '../stores/mysql.ts';

const grantRows = z.array(z.object({ granted: z.number().nullable() })).length(1);
const lockName = 'outbox-relay';

/**
 * The right to publish: a named lock of the server, which one connection holds. It ends with the connection, so that a
 * dead worker frees it, and one that lost it cannot mark anything as sent any more.
 */
export class RelayLease {
  readonly #settings: MysqlSettings;
  #connection: Connection | undefined;
  #held = false;

  constructor(settings: MysqlSettings) {
    this.#settings = settings;
  }

  /** `work` under the lease; undefined when another worker has it. A failure gives the lease up. */
  async run<T>(work: (session: Session) => Promise<T>): Promise<T | undefined> {
    try {
      const connection = await this.#connect();
      const session = this.#bounded(connection);
      if (!this.#held) this.#held = await ask(session);
      return this.#held ? await work(session) : undefined;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#held = false;
  }

  async #connect(): Promise<Connection> {
    this.#connection ??= await connectMysql(this.#settings);
    return this.#connection;
  }

  #bounded(connection: Connection): Session {
    const { timeoutMs } = this.#settings;
    const session = sessionOf(connection);
    const bounded = <T>(work: Promise<T>): Promise<T> =>
      withDeadline(timeoutMs, 'MySQL', work, () => connection.destroy());
    return {
      rows: (sql, parameters) => bounded(session.rows(sql, parameters)),
      write: (sql, parameters) => bounded(session.write(sql, parameters)),
      query: (sql, parameters) => bounded(session.query(sql, parameters)),
      writeMany: (sql, rows) => bounded(session.writeMany(sql, rows)),
    };
  }
}

/** Named for the database: two services on one server have a lease each. */
async function ask(session: Session): Promise<boolean> {
  const rows = await session.rows(`SELECT GET_LOCK(CONCAT('${lockName}:', LEFT(DATABASE(), 48)), 0) AS granted`);
  return grantRows.parse(rows)[0]?.granted === 1;
}
