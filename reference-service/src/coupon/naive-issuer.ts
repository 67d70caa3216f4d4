import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisFailure } from '../stores/redis.ts';
import { campaignKey, issuedStream, usersKey } from './campaign.ts';
import type { Issuer } from './issuer.ts';
import { refusalOf } from './refusal.ts';

/**
 * Wrong on purpose: checks first and takes later, so that others come in between. Gives out more than there is,
 * and two to a user who clicks twice at once. For showing what a load test finds. The gap may change at any time.
 */
export function naiveIssuer(redis: Redis, settings: { readonly naiveGapMs: number }): Issuer {
  return async (request) => {
    const { campaignId, userId, at } = request;
    try {
      const refusal = await refusalOf(redis, request);
      if (refusal !== undefined) return refusal;
      await delay(settings.naiveGapMs);
      await Promise.all([
        redis.xadd(issuedStream, '*', 'campaignId', campaignId, 'userId', userId, 'at', at),
        redis.hincrby(campaignKey(campaignId), 'remaining', -1),
        redis.sadd(usersKey(campaignId), userId),
      ]);
      return 'ISSUED';
    } catch (error) {
      throw redisFailure(error);
    }
  };
}
