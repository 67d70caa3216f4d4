import { z } from 'zod';
import type { DeadLetter } from '../stores/dead-letter.ts';
import { issuedStream } from './campaign.ts';

/** An entry as Redis gives it: id and `[name, value, …]`; null when it was deleted while it was pending. */
export type RawEntry = readonly [string, readonly string[] | null];

export interface IssuedCoupon {
  readonly streamId: string;
  readonly campaignId: number;
  readonly userId: number;
  readonly at: Date;
}

const id = z.coerce.number().pipe(z.int().min(1).max(999_999_999_999_999));
const fieldsSchema = z.object({
  campaignId: id,
  userId: id,
  at: z.coerce.number().pipe(z.int().min(1).max(4_102_444_800_000)), // up to the year 2100, what DATETIME surely holds
});

/** The coupons of a batch, and the entries that are none. */
export function decodeEntries(entries: readonly RawEntry[]): { coupons: IssuedCoupon[]; broken: DeadLetter[] } {
  const coupons: IssuedCoupon[] = [];
  const broken: DeadLetter[] = [];
  for (const [streamId, flat] of entries) {
    if (flat === null) continue;
    const parsed = fieldsSchema.safeParse(fieldsOf(flat));
    if (parsed.success) {
      const { campaignId, userId, at } = parsed.data;
      coupons.push({ streamId, campaignId, userId, at: new Date(at) });
    } else {
      broken.push(deadEntry(streamId, flat, z.prettifyError(parsed.error)));
    }
  }
  return { coupons, broken };
}

export function deadEntry(streamId: string, content: unknown, reason: string): DeadLetter {
  return { source: issuedStream, sourceId: streamId, content: JSON.stringify(content), reason };
}

function fieldsOf(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[String(flat[i])] = String(flat[i + 1]);
  return fields;
}
