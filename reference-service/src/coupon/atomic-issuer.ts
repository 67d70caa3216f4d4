import type { Redis, Result } from 'ioredis';
import { z } from 'zod';
import { redisFailure } from '../stores/redis.ts';
import { campaignKey, issuedStream, usersKey } from './campaign.ts';
import type { Issuer } from './issuer.ts';

/**
 * Check, take and record as one step of Redis; the stream is the outbox that the worker writes from.
 * XADD is first of the writes: should it be refused (out of memory), nothing was taken yet.
 */
const script = `
local remaining = redis.call('HGET', KEYS[1], 'remaining')
if not remaining then return 'CAMPAIGN_NOT_FOUND' end
if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then return 'ALREADY_ISSUED' end
if tonumber(remaining) <= 0 then return 'SOLD_OUT' end
redis.call('XADD', KEYS[3], '*', 'campaignId', ARGV[1], 'userId', ARGV[2], 'at', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'remaining', -1)
redis.call('SADD', KEYS[2], ARGV[2])
return 'ISSUED'
`;

const outcomeSchema = z.enum(['ISSUED', 'ALREADY_ISSUED', 'SOLD_OUT', 'CAMPAIGN_NOT_FOUND']);

export function atomicIssuer(redis: Redis): Issuer {
  redis.defineCommand('issueCoupon', { numberOfKeys: 3, lua: script });
  return async ({ campaignId, userId, at }) => {
    try {
      const keys = [campaignKey(campaignId), usersKey(campaignId), issuedStream] as const;
      return outcomeSchema.parse(await redis.issueCoupon(...keys, campaignId, userId, at));
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
