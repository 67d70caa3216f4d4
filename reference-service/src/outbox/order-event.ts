import { z } from 'zod';

/** What `order.completed` carries. */
export const orderEventSchema = z.object({
  eventId: z.uuid(),
  orderId: z.uuid(),
  userId: z.int().min(1),
  /** KRW */
  amount: z.int().min(0),
  occurredAt: z.string(),
});
export type OrderEvent = z.infer<typeof orderEventSchema>;
