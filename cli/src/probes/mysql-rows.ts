import { z } from 'zod';
import { decodeAnswer } from './answer.ts';
import { Refusal } from './mysql-failure.ts';

// DECIMAL and BIGINT come as text; NULL is no number.
const count = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number)
    .refine(Number.isFinite),
]);

export interface ServerRow {
  readonly version: string;
  readonly account: string;
  readonly performanceSchema: number;
}
const serverRow = z.tuple([z.object({ version: z.string(), account: z.string(), performanceSchema: z.number() })]);

/** Of `SELECT VERSION() AS version, CURRENT_USER() AS account, @@performance_schema AS performanceSchema`. */
export function decodeServer(rows: unknown): ServerRow {
  const [row] = decodeAnswer(serverRow, rows, 'SELECT VERSION()');
  return row;
}

const statusRows = z.array(z.object({ Variable_name: z.string(), Value: count }));

/** Of `SHOW GLOBAL STATUS`, by the variable's name. */
export function decodeStatus(rows: unknown): ReadonlyMap<string, number> {
  const status = decodeAnswer(statusRows, rows, 'SHOW GLOBAL STATUS');
  return new Map(status.map((row) => [row.Variable_name, row.Value]));
}

// The column that says whether the counter counts is STATUS ('enabled') in MySQL and ENABLED (1) in MariaDB.
const deadlockRows = z.array(z.object({ COUNT: count, STATUS: z.string().optional(), ENABLED: z.number().optional() }));

/** Of the row `lock_deadlocks` of INNODB_METRICS. @throws Refusal when the server does not count them */
export function decodeDeadlocks(rows: unknown): number {
  const row = decodeAnswer(deadlockRows, rows, 'INNODB_METRICS')[0];
  if (row === undefined || row.STATUS === 'disabled' || row.ENABLED === 0) {
    throw new Refusal(
      "the counter lock_deadlocks is switched off; `SET GLOBAL innodb_monitor_enable = 'lock_deadlocks'` switches it on",
    );
  }
  return row.COUNT;
}

const anyRows = z.array(z.record(z.string(), z.unknown()));

/** The only column, or the first, of the first row. @throws Refusal when that is no number */
export function decodeSingle(rows: unknown, sql: string): number {
  const [row] = decodeAnswer(anyRows, rows, sql);
  const parsed = count.safeParse(row === undefined ? undefined : Object.values(row)[0]);
  if (!parsed.success) throw new Refusal(`no single value from: ${sql}`);
  return parsed.data;
}
