import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { systemClock } from '../../system/clock.ts';
import { LoadkitError } from '../../system/error.ts';
import { pollUntil } from '../../system/polling.ts';
import { withMysql } from '../mysql-client.ts';
import type { UndoStepOf } from '../undo-step.ts';
import { isNobodyThere } from './nobody-there.ts';
import type { Undoing } from './undoing.ts';

const timeoutMs = 8_000;
/** A killed session first rolls back. */
const goneWithinMs = 5_000;
const askEveryMs = 20;

/** Ends the session that holds our marker: the server itself says which one that is, so no number is ever mistaken. */
export function undoMysqlSession({ url, marker, foreign = false }: UndoStepOf<'mysql-session'>): Undoing {
  return {
    subject: marker,
    undo: async (signal) => {
      try {
        return await withMysql({ url, timeoutMs, signal }, (connection) => endHolder(connection, marker, signal));
      } catch (error) {
        if (!foreign && isNobodyThere(url, error)) return 'absent';
        throw error;
      }
    },
  };
}

async function endHolder(connection: Connection, marker: string, signal: AbortSignal): Promise<'undone' | 'absent'> {
  const session = await holderOf(connection, marker);
  if (session === null) return 'absent';
  // It may end by itself in between: ER_NO_SUCH_THREAD. Whether it is gone is asked for next.
  await connection.query('KILL CONNECTION ?', [session]).catch(() => undefined);
  const isGone = async () => ((await holderOf(connection, marker)) === null ? true : undefined);
  const options = { clock: systemClock, timeoutMs: goneWithinMs, intervalMs: askEveryMs, signal };
  if ((await pollUntil(isGone, options)).timedOut) {
    throw new LoadkitError('session-left', `session ${session} was to be ended and still holds ${marker}`);
  }
  return 'undone';
}

const holderSchema = z.tuple([z.object({ session: z.coerce.number().nullable() })]);

/** Connection id of the session with the marker. */
async function holderOf(connection: Connection, marker: string): Promise<number | null> {
  const [rows] = await connection.query('SELECT IS_USED_LOCK(?) AS session', [marker]);
  return holderSchema.parse(rows)[0].session;
}
