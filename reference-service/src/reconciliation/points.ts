import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { OrderEvent } from '../outbox/order-event.ts';
import { accruePoints, takeBackPoints } from '../points/ledger.ts';
import { type Session, sessionOf } from '../stores/mysql.ts';
import { newUuid } from '../uuid.ts';

const batchSize = 500;
const tries = 5;

/** Every order has its points once: those that have none get them, and what was given twice is taken back. */
export async function reconcilePoints(mysql: Connection): Promise<{ pointsAccrued: number; pointsTakenBack: number }> {
  return {
    pointsAccrued: await inBatches(mysql, accrueMissing),
    pointsTakenBack: await inBatches(mysql, takeBackDoubled),
  };
}

/** Runs `batch` as one transaction after the other until it finds nothing to do; resolves with the sum of what it did. */
async function inBatches(mysql: Connection, batch: (session: Session) => Promise<number>): Promise<number> {
  let sum = 0;
  for (;;) {
    const done = await inSnapshot(mysql, batch);
    if (done === 0) return sum;
    sum += done;
  }
}

/** All reads of a transaction see the same moment; what a worker wrote since then refuses it, and it is tried again. */
async function inSnapshot(mysql: Connection, batch: (session: Session) => Promise<number>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    await mysql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await mysql.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    try {
      const done = await batch(sessionOf(mysql));
      await mysql.query('COMMIT');
      return done;
    } catch (error) {
      await mysql.query('ROLLBACK').catch(() => Promise.reject(error));
      if (attempt >= tries) throw error;
    }
  }
}

const orderRows = z.array(z.object({ id: z.string(), user_id: z.number(), amount: z.number(), created_at: z.date() }));

async function accrueMissing(session: Session): Promise<number> {
  const rows = await session.query(
    `SELECT orders.id, orders.user_id, orders.amount, orders.created_at
     FROM orders LEFT JOIN point_ledger ON point_ledger.order_id = orders.id
     WHERE point_ledger.id IS NULL ORDER BY orders.id LIMIT ${batchSize}`,
  );
  const orders = orderRows.parse(rows);
  if (orders.length === 0) return 0;
  const eventIds = await readEventIds(
    session,
    orders.map(({ id }) => id),
  );
  const events: OrderEvent[] = orders.map((order) => ({
    eventId: eventIds.get(order.id) ?? newUuid(),
    orderId: order.id,
    userId: order.user_id,
    amount: order.amount,
    occurredAt: order.created_at.toISOString(),
  }));
  return accruePoints(session, events);
}

const eventRows = z.array(z.object({ order_id: z.string(), event_id: z.string() }));

/** Of the orders' own events that nobody has processed: should one come after all, it is known by then. */
async function readEventIds(session: Session, orderIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query(
    `SELECT outbox.order_id, outbox.event_id
     FROM outbox LEFT JOIN inbox ON inbox.event_id = outbox.event_id
     WHERE outbox.order_id IN (${orderIds.map(() => '?').join(', ')}) AND inbox.event_id IS NULL`,
    orderIds,
  );
  return new Map(eventRows.parse(rows).map(({ order_id, event_id }) => [order_id, event_id]));
}

const entryRows = z.array(z.object({ id: z.number(), user_id: z.number(), points: z.number() }));

/** The first entry of an order stays. */
async function takeBackDoubled(session: Session): Promise<number> {
  const rows = await session.query(
    `SELECT later.id, later.user_id, later.points
     FROM point_ledger AS later JOIN (
       SELECT order_id, MIN(id) AS first_id FROM point_ledger GROUP BY order_id HAVING COUNT(*) > 1
     ) AS doubled ON doubled.order_id = later.order_id AND later.id > doubled.first_id
     ORDER BY later.id LIMIT ${batchSize}`,
  );
  const entries = entryRows.parse(rows).map(({ id, user_id, points }) => ({ id, userId: user_id, points }));
  await takeBackPoints(session, entries);
  return entries.length;
}
