import { createConnection } from 'mysql2/promise';
import type { StoreAnswer } from './external-store.ts';
import { readMysqlFacts } from './mysql-question.ts';

/** Product, version and settings of a MySQL or MariaDB. */
export async function describeMysql(url: string, timeoutMs: number): Promise<StoreAnswer> {
  const connection = await createConnection({ uri: url, connectTimeout: timeoutMs });
  // Without a listener a connection that is lost between two questions would end the process.
  connection.on('error', () => undefined);
  try {
    return await readMysqlFacts(connection);
  } finally {
    connection.destroy();
  }
}
