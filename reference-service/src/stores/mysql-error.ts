import { z } from 'zod';

/**
 * `unavailable`: the connection is gone or the server is going; everything else left the session usable.
 * `statement`: the server refused this statement, and would again.
 */
export type MysqlErrorKind = 'deadlock' | 'lock-timeout' | 'duplicate' | 'statement' | 'unavailable';

const serverError = z.object({ errno: z.number(), sqlState: z.string(), fatal: z.boolean().optional() });

// Shutdown, interrupted query, killed connection (MariaDB), read-only server, disk full, too many connections.
const passing = new Set([1053, 1317, 1927, 1290, 1792, 1021, 1114, 1040, 1203]);

export function mysqlErrorKind(error: unknown): MysqlErrorKind {
  const parsed = serverError.safeParse(error);
  if (!parsed.success || parsed.data.fatal === true || passing.has(parsed.data.errno)) return 'unavailable';
  switch (parsed.data.errno) {
    case 1213:
      return 'deadlock';
    case 1205:
      return 'lock-timeout';
    case 1062:
      return 'duplicate';
    default:
      return 'statement';
  }
}
