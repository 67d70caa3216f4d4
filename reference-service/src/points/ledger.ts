import { z } from 'zod';
import type { OrderEvent } from '../outbox/order-event.ts';
import type { Session, Statement } from '../stores/mysql.ts';
import { pointsFor } from './rate.ts';

/**
 * When an order earns its points. `async`: its event goes through outbox and Kafka, and the worker writes them a moment
 * later. `sync`: in the order's own transaction, without an event; the order then also waits for its user's balance.
 */
export type Accrual = 'async' | 'sync';

const intoLedger = 'INSERT INTO point_ledger (event_id, order_id, user_id, points, created_at) VALUES';
const intoBalance = 'INSERT INTO point_balance (user_id, balance) VALUES';
const added = 'ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance)';

const seenRows = z.array(z.object({ event_id: z.string() }));

const intoInbox = 'INSERT INTO inbox (event_id, processed_at) VALUES ?';
const keptAsSeen = 'ON DUPLICATE KEY UPDATE event_id = inbox.event_id';

/**
 * Points of a batch, in the caller's transaction: each event once, however often it comes. Resolves with the number of
 * new events. Should another consumer have the same event at the same moment, the inbox refuses one of the two whole.
 *
 * @param inbox false is wrong on purpose: what was seen is written down, but nobody looks there, and an event that comes
 *   again earns its points again
 */
export async function accruePoints(session: Session, events: readonly OrderEvent[], inbox = true): Promise<number> {
  const fresh = inbox ? await unseen(session, events) : events;
  if (fresh.length === 0) return 0;
  const now = new Date();
  await session.writeMany(
    inbox ? intoInbox : `${intoInbox} ${keptAsSeen}`,
    fresh.map(({ eventId }) => [eventId, now]),
  );
  await session.writeMany(
    `${intoLedger} ?`,
    fresh.map(({ eventId, orderId, userId, amount }) => [eventId, orderId, userId, pointsFor(amount), now]),
  );
  await session.writeMany(`${intoBalance} ? ${added}`, pointsByUser(fresh));
  return fresh.length;
}

export interface LedgerEntry {
  readonly id: number;
  readonly userId: number;
  readonly points: number;
}

/** Takes entries off the ledger and their points off the balances, in the caller's transaction. Rejects when one is gone. */
export async function takeBackPoints(session: Session, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const { affectedRows } = await session.writeMany('DELETE FROM point_ledger WHERE id IN ?', [
    entries.map(({ id }) => id),
  ]);
  if (affectedRows !== entries.length) throw new Error(`${entries.length - affectedRows} entries are gone already`);
  const taken = sumByUser(entries).map(([userId, points]) => [userId, -points]);
  await session.writeMany(`${intoBalance} ? ${added}`, taken);
}

/** Points of one order, for its own transaction. Locks the user's balance. */
export function pointStatements({ eventId, orderId, userId, amount }: OrderEvent, at: Date): Statement[] {
  const points = pointsFor(amount);
  return [
    { sql: `${intoLedger} (?, ?, ?, ?, ?)`, parameters: [eventId, orderId, userId, points, at] },
    { sql: `${intoBalance} (?, ?) ${added}`, parameters: [userId, points] },
  ];
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

export function pointsByUser(events: readonly OrderEvent[]): [number, number][] {
  return sumByUser(events.map(({ userId, amount }) => ({ userId, points: pointsFor(amount) })));
}

/** Sorted, so that two consumers lock their users in the same order. */
function sumByUser(entries: readonly Omit<LedgerEntry, 'id'>[]): [number, number][] {
  const sums = new Map<number, number>();
  for (const { userId, points } of entries) sums.set(userId, (sums.get(userId) ?? 0) + points);
  return [...sums].sort(([a], [b]) => a - b);
}
