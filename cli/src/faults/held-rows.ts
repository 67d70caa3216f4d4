import { randomUUID } from 'node:crypto';
import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { systemClock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { hotProducts } from './hot-products.ts';
import { connectMysql, withMysql } from './mysql-client.ts';

const askTimeoutMs = 5_000;
/** Longest wait for the transactions that have the rows by now. */
const lockWaitSeconds = 5;
const holdLimitMs = 10_000;
/** Between the injector's own undo and the server's. */
const idleSlackSeconds = 5;

const countSchema = z.tuple([z.object({ count: z.coerce.number() })]);
const sessionSchema = z.tuple([z.object({ session: z.coerce.number(), marked: z.literal(1) })]);

/**
 * Locks the rows in a session of its own, which then sleeps until it is killed. The server ends it by itself soon after the
 * injector would have: one on another machine may never hear that this one is gone.
 */
export async function prepareHeldRows(
  { mysqlUrl: url, foreign }: FaultTarget,
  signal: AbortSignal,
): Promise<PreparedFault> {
  if (url === null) {
    throw new LoadkitError('fault-store', 'the target has no MySQL', { exitCode: exitCode.usage });
  }
  const found = await withMysql({ url, timeoutMs: askTimeoutMs, signal }, async (connection) => {
    const [answer] = await connection.query('SELECT COUNT(*) AS count FROM product WHERE id <= ?', [hotProducts]);
    return countSchema.parse(answer)[0].count;
  });
  if (found === 0) {
    throw new LoadkitError('fault-rows', 'the table product has no rows to hold', {
      hint: 'the fixture of the service puts them there',
      exitCode: exitCode.usage,
    });
  }
  const marker = `loadkit-drill-${randomUUID()}`;
  return {
    undo: [{ kind: 'mysql-session', url, marker, foreign }],
    inject: async (_, ending, until) => {
      const idleSeconds = idleSlackSeconds + Math.max(0, Math.ceil((until - systemClock.now()) / 1_000));
      const session = await openHolder({ url, marker, idleSeconds }, ending);
      return { table: 'product', rows: found, session };
    },
  };
}

interface Holder {
  readonly url: string;
  readonly marker: string;
  /** So long it may sleep. */
  readonly idleSeconds: number;
}

/** Resolves with the connection's id. The session lives until it is killed, has slept for long enough, or this process has ended. */
async function openHolder({ url, ...held }: Holder, ending: AbortSignal): Promise<number> {
  const connection = await connectMysql(url);
  try {
    return await withTimeout(holdLimitMs, () => holdRows(connection, held), ending);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function holdRows(connection: Connection, { marker, idleSeconds }: Omit<Holder, 'url'>): Promise<number> {
  const [answer] = await connection.query('SELECT CONNECTION_ID() AS session, GET_LOCK(?, 0) AS marked', [marker]);
  const [{ session }] = sessionSchema.parse(answer);
  await connection.query('SET SESSION innodb_lock_wait_timeout = ?, SESSION wait_timeout = ?', [
    lockWaitSeconds,
    idleSeconds,
  ]);
  await connection.query('START TRANSACTION');
  await connection.query('SELECT id FROM product WHERE id <= ? FOR UPDATE', [hotProducts]);
  return session;
}
