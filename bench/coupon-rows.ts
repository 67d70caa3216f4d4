import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { addressOf, type HeldStack } from './held-stack.ts';

const rowsSchema = z.tuple([z.object({ n: z.coerce.number() })]);
const limitMs = 120_000;

/**
 * Waits until `atLeast` coupons are in the database and no more come. Resolves with the milliseconds from the call until
 * the last of them was there; throws when they are not within two minutes.
 */
export async function settledCoupons(stack: HeldStack, atLeast: number): Promise<number> {
  const mysql = await createConnection(addressOf(stack, 'MYSQL_URL'));
  const from = performance.now();
  try {
    let last = { rows: -1, tookMs: 0 };
    for (;;) {
      const rows = await countRows(mysql);
      const tookMs = performance.now() - from;
      if (rows >= atLeast && rows === last.rows) return last.tookMs;
      if (tookMs > limitMs) throw new Error(`${rows} of ${atLeast} acknowledged coupons are in the database`);
      if (rows !== last.rows) last = { rows, tookMs };
      await sleep(100);
    }
  } finally {
    await mysql.end();
  }
}

async function countRows(mysql: Awaited<ReturnType<typeof createConnection>>): Promise<number> {
  const [rows] = await mysql.query('SELECT COUNT(*) AS n FROM coupon_issue');
  return rowsSchema.parse(rows)[0].n;
}
