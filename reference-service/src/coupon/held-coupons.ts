import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Mysql } from '../stores/mysql.ts';
import { redisFailure } from '../stores/redis.ts';
import { usersKey } from './campaign.ts';

export interface HeldCoupon {
  readonly campaignId: number;
  readonly issuedAt: string | null;
  /** False: given out, but not in the database yet. */
  readonly recorded: boolean;
}

export type HeldCoupons = (userId: number, campaignId: number) => Promise<HeldCoupon[]>;

const rowsSchema = z.array(z.object({ campaign_id: z.number(), issued_at: z.date() }));
const select = 'SELECT campaign_id, issued_at FROM coupon_issue WHERE user_id = ? ORDER BY campaign_id';

/** The database's rows, and what Redis alone knows of one campaign: a user must see what was just confirmed. */
export function heldCoupons(redis: Redis, mysql: Mysql): HeldCoupons {
  return async (userId, campaignId) => {
    const member = await redis.sismember(usersKey(campaignId), userId).catch((error: unknown) => {
      throw redisFailure(error);
    });
    const rows = rowsSchema.parse(await mysql.session((session) => session.rows(select, [userId])));
    const held: HeldCoupon[] = rows.map((row) => ({
      campaignId: row.campaign_id,
      issuedAt: row.issued_at.toISOString(),
      recorded: true,
    }));
    if (member === 1 && !held.some((coupon) => coupon.campaignId === campaignId)) {
      held.push({ campaignId, issuedAt: null, recorded: false });
    }
    return held;
  };
}
