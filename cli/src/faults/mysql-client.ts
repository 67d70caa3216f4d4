import { type Connection, createConnection } from 'mysql2/promise';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';

const connectTimeoutMs = 5_000;

/** Rejects with `LoadkitError` `mysql-unreachable` (cause: what the system or the server said). */
export async function connectMysql(url: string): Promise<Connection> {
  try {
    const connection = await createConnection({ uri: url, connectTimeout: connectTimeoutMs, supportBigNumbers: true });
    // Without a listener a connection that is lost between two statements would end the process.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    throw new LoadkitError('mysql-unreachable', maskSecrets(`MySQL: ${messageOf(error)}`), {
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

/** Works with a connection of its own, for up to `timeoutMs`; see `connectMysql`. */
export async function withMysql<T>(
  { url, timeoutMs, signal }: { url: string; timeoutMs: number; signal: AbortSignal },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connecting = connectMysql(url);
  try {
    return await withTimeout(timeoutMs, async () => work(await connecting), signal);
  } finally {
    connecting.then(
      (connection) => connection.destroy(),
      () => undefined,
    );
  }
}
