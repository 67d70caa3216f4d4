import { z } from 'zod';
import type { OrderEvent } from '../outbox/order-event.ts';
import type { Session } from '../stores/mysql.ts';
import { pointsFor } from './rate.ts';

const seenRows = z.array(z.object({ event_id: z.string() }));

/**
 * Points of a batch, in the caller's transaction: each event once, however often it comes. Resolves with the number of
 * new events. Should another consumer have the same event at the same moment, the inbox refuses one of the two whole.
 */
export async function accruePoints(session: Session, events: readonly OrderEvent[]): Promise<number> {
  const fresh = await unseen(session, events);
  if (fresh.length === 0) return 0;
  const now = new Date();
  await session.writeMany(
    'INSERT INTO inbox (event_id, processed_at) VALUES ?',
    fresh.map(({ eventId }) => [eventId, now]),
  );
  await session.writeMany(
    'INSERT INTO point_ledger (event_id, order_id, user_id, points, created_at) VALUES ?',
    fresh.map(({ eventId, orderId, userId, amount }) => [eventId, orderId, userId, pointsFor(amount), now]),
  );
  await session.writeMany(
    'INSERT INTO point_balance (user_id, balance) VALUES ? ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance)',
    pointsByUser(fresh),
  );
  return fresh.length;
}

/** Of events that stand twice in the batch, the first. */
async function unseen(session: Session, events: readonly OrderEvent[]): Promise<OrderEvent[]> {
  const byId = new Map<string, OrderEvent>();
  for (const event of events) if (!byId.has(event.eventId)) byId.set(event.eventId, event);
  const ids = [...byId.keys()];
  if (ids.length === 0) return [];
  const marks = ids.map(() => '?').join(', ');
  const seen = seenRows.parse(await session.query(`SELECT event_id FROM inbox WHERE event_id IN (${marks})`, ids));
  for (const { event_id } of seen) byId.delete(event_id);
  return [...byId.values()];
}

/** Sorted, so that two consumers lock their users in the same order. */
export function pointsByUser(events: readonly OrderEvent[]): [number, number][] {
  const points = new Map<number, number>();
  for (const { userId, amount } of events) points.set(userId, (points.get(userId) ?? 0) + pointsFor(amount));
  return [...points].sort(([a], [b]) => a - b);
}
