import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { QueueReading } from '../metrics.ts';
import { issuedStream, writerGroup } from './campaign.ts';

const groupSchema = z.object({
  name: z.string(),
  pending: z.number(),
  lag: z.number().nullish(),
  'last-delivered-id': z.string(),
});
const pendingSchema = z.tuple([z.number(), z.string().nullable()]).rest(z.unknown());

/** Entries that are not acknowledged yet, and the age of the oldest: pending ones were delivered before all others. */
export async function readStreamQueue(redis: Redis): Promise<QueueReading> {
  const groups = z.array(z.array(z.unknown()).transform(pairs)).parse(await redis.xinfo('GROUPS', issuedStream));
  const group = groupSchema.parse(groups.find((fields) => fields.name === writerGroup));
  const unread = group.lag ?? 0;
  const depth = unread + group.pending;
  if (depth === 0) return { depth, oldestAgeSeconds: 0 };
  const [, oldestPending] = pendingSchema.parse(await redis.xpending(issuedStream, writerGroup));
  const oldest =
    oldestPending ?? (await redis.xrange(issuedStream, `(${group['last-delivered-id']}`, '+', 'COUNT', 1))[0]?.[0];
  return { depth, oldestAgeSeconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - timeOf(oldest)) / 1000) };
}

/** A stream id begins with the milliseconds at which it was added. */
function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}

function pairs(flat: unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[String(flat[i])] = flat[i + 1];
  return fields;
}
