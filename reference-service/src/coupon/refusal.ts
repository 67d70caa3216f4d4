import type { Redis } from 'ioredis';
import { campaignKey, usersKey } from './campaign.ts';
import type { IssueOutcome, IssueRequest } from './issuer.ts';

export type Refusal = Exclude<IssueOutcome, 'ISSUED'>;

/** Why the user cannot have one now, undefined when he can. True only as long as nobody else takes one. */
export async function refusalOf(redis: Redis, { campaignId, userId }: IssueRequest): Promise<Refusal | undefined> {
  const [remaining, member] = await Promise.all([
    redis.hget(campaignKey(campaignId), 'remaining'),
    redis.sismember(usersKey(campaignId), userId),
  ]);
  if (remaining === null) return 'CAMPAIGN_NOT_FOUND';
  if (member === 1) return 'ALREADY_ISSUED';
  return Number(remaining) <= 0 ? 'SOLD_OUT' : undefined;
}
