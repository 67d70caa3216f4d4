import type { RowDataPacket } from 'mysql2/promise';
import { z } from 'zod';
import type { Session } from '../stores/mysql.ts';

export const orderSchema = z.object({
  orderId: z.string(),
  userId: z.int(),
  /** KRW */
  amount: z.int(),
  items: z.array(z.object({ productId: z.int(), quantity: z.int(), price: z.int() })),
  createdAt: z.string(),
});
export type Order = z.infer<typeof orderSchema>;

const headSchema = z.object({
  id: z.string(),
  user_id: z.number(),
  body_hash: z.string(),
  amount: z.number(),
  created_at: z.date(),
});
const itemSchema = z.object({ product_id: z.number(), quantity: z.number(), price: z.number() });

const columns = 'SELECT id, user_id, body_hash, amount, created_at FROM orders';

export interface StoredOrder {
  readonly order: Order;
  readonly bodyHash: string;
}

export async function findOrderByKey(session: Session, key: string): Promise<StoredOrder | undefined> {
  return complete(session, await session.rows(`${columns} WHERE idempotency_key = ?`, [key]));
}

export async function findOrder(session: Session, orderId: string): Promise<StoredOrder | undefined> {
  return complete(session, await session.rows(`${columns} WHERE id = ?`, [orderId]));
}

async function complete(session: Session, rows: readonly RowDataPacket[]): Promise<StoredOrder | undefined> {
  if (rows.length === 0) return undefined;
  const head = headSchema.parse(rows[0]);
  const items = z
    .array(itemSchema)
    .parse(
      await session.rows('SELECT product_id, quantity, price FROM order_item WHERE order_id = ? ORDER BY product_id', [
        head.id,
      ]),
    );
  const order: Order = {
    orderId: head.id,
    userId: head.user_id,
    amount: head.amount,
    items: items.map((item) => ({ productId: item.product_id, quantity: item.quantity, price: item.price })),
    createdAt: head.created_at.toISOString(),
  };
  return { order, bodyHash: head.body_hash };
}
