import type { Redis, Result } from 'ioredis';
import { z } from 'zod';
import { redisFailure } from '../stores/redis.ts';
import type { Issuer } from './issuer.ts';
import { takingArguments, takingKeys, takingLua } from './taking.ts';

/** Check, take and record as one step of Redis. */
const script = `
local remaining = redis.call('HGET', KEYS[1], 'remaining')
if not remaining then return 'CAMPAIGN_NOT_FOUND' end
if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then return 'ALREADY_ISSUED' end
if tonumber(remaining) <= 0 then return 'SOLD_OUT' end
${takingLua}
return 'ISSUED'
`;

const outcomeSchema = z.enum(['ISSUED', 'ALREADY_ISSUED', 'SOLD_OUT', 'CAMPAIGN_NOT_FOUND']);

export function atomicIssuer(redis: Redis): Issuer {
  redis.defineCommand('issueCoupon', { numberOfKeys: 3, lua: script });
  return async (request) => {
    try {
      return outcomeSchema.parse(await redis.issueCoupon(...takingKeys(request), ...takingArguments(request)));
    } catch (error) {
      throw redisFailure(error);
    }
  };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    issueCoupon(
      campaign: string,
      users: string,
      stream: string,
      campaignId: number,
      userId: number,
      at: number,
    ): Result<unknown, Context>;
  }
}
