import { z } from 'zod';
import type { QueueReading } from '../metrics.ts';
import type { Session } from '../stores/mysql.ts';

const pendingRows = z.array(z.object({ id: z.number(), user_id: z.number(), payload: z.string() }));
const queueRows = z.array(z.object({ depth: z.number(), oldest: z.date().nullable() })).length(1);

export type PendingEvent = z.infer<typeof pendingRows>[number];

/** By what is unsent, never by "after the last id": ids are given before commits, and commits overtake each other. */
export async function readPending(session: Session, limit: number): Promise<PendingEvent[]> {
  return pendingRows.parse(
    await session.rows(
      `SELECT id, user_id, payload FROM outbox WHERE sent_at IS NULL ORDER BY created_at LIMIT ${limit}`,
    ),
  );
}

export async function markSent(session: Session, events: readonly PendingEvent[]): Promise<void> {
  await session.writeMany('UPDATE outbox SET sent_at = UTC_TIMESTAMP(3) WHERE id IN ?', [events.map(({ id }) => id)]);
}

export async function readOutboxQueue(session: Session): Promise<QueueReading> {
  const rows = await session.rows(
    'SELECT COUNT(*) AS depth, MIN(created_at) AS oldest FROM outbox WHERE sent_at IS NULL',
  );
  const [reading] = queueRows.parse(rows);
  const oldest = reading?.oldest?.getTime();
  return {
    depth: reading?.depth ?? 0,
    oldestAgeSeconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000),
  };
}
