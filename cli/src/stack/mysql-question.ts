import { type Connection, createConnection } from 'mysql2/promise';
import { z } from 'zod';
import type { Part } from '../record/run-record.ts';

export interface MysqlAccount {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** What a server says of itself. */
export type MysqlFacts = Pick<Part, 'product' | 'version' | 'settings'>;

const reported = [
  'max_connections',
  'innodb_buffer_pool_size',
  'innodb_flush_log_at_trx_commit',
  'sync_binlog',
  'log_bin',
  'innodb_lock_wait_timeout',
  'slow_query_log',
  'long_query_time',
  'transaction_isolation',
  'tx_isolation',
];
const variablesSchema = z.array(z.object({ Variable_name: z.string(), Value: z.string() }));
const versionSchema = z.tuple([z.object({ version: z.string() })]);

/** What a MySQL or MariaDB on 127.0.0.1 says of itself. Rejects when it does not let the account in yet. */
export async function askMysql(account: MysqlAccount, port: number): Promise<MysqlFacts> {
  // The password is of this run: a server of somebody else does not let us in.
  const connection = await createConnection({ host: '127.0.0.1', port, ...account, connectTimeout: 2000 });
  try {
    return await readMysqlFacts(connection);
  } finally {
    connection.destroy();
  }
}

/** Every account may read them. */
export async function readMysqlFacts(connection: Connection): Promise<MysqlFacts> {
  const [{ version }] = versionSchema.parse((await connection.query('SELECT VERSION() AS version'))[0]);
  const variables = variablesSchema.parse((await connection.query('SHOW GLOBAL VARIABLES'))[0]);
  const settings = variables
    .filter(({ Variable_name: name }) => reported.includes(name))
    .map(({ Variable_name: name, Value: value }) => [name, /^\d+$/.test(value) ? Number(value) : value] as const);
  return {
    product: /mariadb/i.test(version) ? 'MariaDB' : 'MySQL',
    version: version.split('-')[0] ?? version,
    settings: Object.fromEntries(settings),
  };
}

/** For clients. */
export function mysqlUrl({ user, password, database }: MysqlAccount, port: number): string {
  const [name, secret, path] = [user, password, database].map(encodeURIComponent);
  return `mysql://${name}:${secret}@127.0.0.1:${port}/${path}`;
}
