import { z } from 'zod';

/** What `order.completed` carries. */
export const orderEventSchema = z.object({
  eventId: z.string().min(1).max(36),
  orderId: z.int().min(1),
  userId: z.int().min(1),
  /** KRW */
  amount: z.int().min(0),
  occurredAt: z.string(),
});
export type OrderEvent = z.infer<typeof orderEventSchema>;
