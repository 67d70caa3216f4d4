import { createConnection } from 'mysql2/promise';
import { LoadkitError, messageOf } from '../system/error.ts';

/** The server answered, but not with what was asked for. */
export class Refusal extends LoadkitError {
  constructor(message: string) {
    super('query-refused', message);
  }
}

// No right, no such table (yet). A lost connection is `fatal`.
export function isRefusal(error: unknown): error is Error {
  if (error instanceof Refusal) return true;
  return error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true);
}

/** Why a value is left out; with the statement that allows it where only a right is missing. */
export function describeRefusal(error: Error, grant: string, account: string): string {
  const lacksRight = ['ER_SPECIFIC_ACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR'].includes(codeOf(error));
  return lacksRight ? `${error.message}; \`GRANT ${grant} TO ${quoted(account)}\` allows it` : error.message;
}

/** `service@127.0.0.1` as `'service'@'127.0.0.1'` */
function quoted(account: string): string {
  const at = account.lastIndexOf('@');
  return `'${account.slice(0, at)}'@'${account.slice(at + 1)}'`;
}

const noDatabase: ReadonlySet<string> = new Set(['ER_BAD_DB_ERROR', 'ER_DBACCESS_DENIED_ERROR']);

export function isLoginRefused(error: unknown): boolean {
  return codeOf(error) === 'ER_ACCESS_DENIED_ERROR';
}

/**
 * Says what to do about a connection that was not made. A refused login is tried once more over TLS, for up to `timeoutMs`:
 * MariaDB, and every account with REQUIRE SSL, call a missing TLS "Access denied".
 */
export async function explainMysqlFailure(error: unknown, url: string, timeoutMs: number): Promise<unknown> {
  const { hostname, port, pathname } = new URL(url);
  const place = `MySQL at ${hostname}:${port === '' ? 3306 : port}`;
  const failed = (text: string) => new LoadkitError('mysql-failed', text, { cause: error });
  const demandsTls = `${place} demands TLS for this account: end the URL with ?ssl={}`;
  const code = codeOf(error);
  if (noDatabase.has(code)) {
    const database = pathname.slice(1);
    return failed(
      `${place}: database ${database} of the URL is not there, or not for this account: ${messageOf(error)}`,
    );
  }
  switch (code) {
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return failed(demandsTls);
    case 'ER_ACCESS_DENIED_ERROR':
      if (await connectsOverTls(url, timeoutMs)) return failed(demandsTls);
      return failed(`${place} refuses user or password of the URL: ${messageOf(error)}`);
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return failed(`${place} knows no TLS: leave ?ssl=… out of the URL`);
    case 'HANDSHAKE_SSL_ERROR':
      return failed(
        `${place}: its certificate is not trusted (${messageOf(error)}); ` +
          'NODE_EXTRA_CA_CERTS=FILE.pem names its CA, ?ssl={"rejectUnauthorized":false} accepts any',
      );
    default:
      return error;
  }
}

async function connectsOverTls(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const ssl = { rejectUnauthorized: false };
    const connection = await createConnection({ uri: url, ssl, connectTimeout: timeoutMs });
    connection.on('error', () => undefined);
    connection.destroy();
    return true;
  } catch (error) {
    return noDatabase.has(codeOf(error)); // asked for only after the login
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
