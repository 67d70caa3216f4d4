import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bodyId } from '../http/identifier.ts';

export const mostLines = 20;
export const mostPieces = 1_000;

export const orderBody = z.strictObject({
  userId: bodyId,
  items: z
    .array(z.strictObject({ productId: bodyId, quantity: z.int().min(1).max(mostPieces) }))
    .min(1)
    .max(mostLines),
});
export type OrderBody = z.infer<typeof orderBody>;

export interface OrderLine {
  readonly productId: number;
  readonly quantity: number;
}

/** One line for each product, in the order in which they were asked for. */
export function orderLines(items: OrderBody['items']): OrderLine[] {
  const quantities = new Map<number, number>();
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}

/** SHA-256 of what the body means, in hex: spaces and the order of its keys do not make it another one. */
export function bodyHash({ userId, items }: OrderBody): string {
  const meaning = [userId, items.map(({ productId, quantity }) => [productId, quantity])];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}
