import { setTimeout as delay } from 'node:timers/promises';
import type { Redis, Result } from 'ioredis';
import { z } from 'zod';
import { StoreFailure } from '../stores/failure.ts';
import { redisFailure } from '../stores/redis.ts';
import { lockKey } from './campaign.ts';
import type { CampaignLock } from './campaign-lock.ts';
import type { Issuer } from './issuer.ts';
import { refusalOf } from './refusal.ts';
import { takingArguments, takingKeys, takingLua } from './taking.ts';

/**
 * Takes only while the lock is still the caller's. A holder that was too slow (a pause of the process, a slow network)
 * has lost its lock by its time to live, another holds it and has checked for itself: without this fence the late
 * write would come in between, as in the naive issuer. Lock and coupons are in one Redis, so that looking at the token
 * and writing are one step; for writes to another store, the store would have to compare the holders' numbers.
 */
const script = `
if redis.call('GET', KEYS[4]) ~= ARGV[4] then return 0 end
${takingLua}
return 1
`;

const takenSchema = z.union([z.literal(0), z.literal(1)]);

export interface LockingOptions {
  /** Extra time inside the lock, between check and take, for showing what a slow or dying holder does. */
  readonly holdMs: number;
  readonly onLost: () => void;
}

/** Check and take as the naive issuer does, one holder of the campaign's lock after the other. */
export function lockingIssuer(redis: Redis, lock: CampaignLock, { holdMs, onLost }: LockingOptions): Issuer {
  redis.defineCommand('takeUnderLock', { numberOfKeys: 4, lua: script });
  return async (request) => {
    const key = lockKey(request.campaignId);
    try {
      return await lock.hold(request.campaignId, async (token) => {
        const refusal = await refusalOf(redis, request);
        if (holdMs > 0) await delay(holdMs);
        if (refusal !== undefined) return refusal;
        const answer = await redis.takeUnderLock(...takingKeys(request), key, ...takingArguments(request), token);
        if (takenSchema.parse(answer) === 1) return 'ISSUED';
        onLost();
        throw new StoreFailure('LOCK_LOST', 'the lock ended before the coupon was taken');
      });
    } catch (error) {
      throw redisFailure(error);
    }
  };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeUnderLock(
      campaign: string,
      users: string,
      stream: string,
      lock: string,
      campaignId: number,
      userId: number,
      at: number,
      token: string,
    ): Result<unknown, Context>;
  }
}
