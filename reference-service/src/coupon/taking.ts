import { campaignKey, issuedStream, usersKey } from './campaign.ts';
import type { IssueRequest } from './issuer.ts';

/**
 * The writes of one coupon, for scripts; the stream is the outbox that the worker writes from.
 * XADD is the first: should it be refused (out of memory), nothing was taken yet.
 */
export const takingLua = `
redis.call('XADD', KEYS[3], '*', 'campaignId', ARGV[1], 'userId', ARGV[2], 'at', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'remaining', -1)
redis.call('SADD', KEYS[2], ARGV[2])
`;

/** KEYS[1] to KEYS[3] of such a script. */
export function takingKeys({ campaignId }: IssueRequest): readonly [string, string, string] {
  return [campaignKey(campaignId), usersKey(campaignId), issuedStream];
}

/** ARGV[1] to ARGV[3]. */
export function takingArguments({ campaignId, userId, at }: IssueRequest): readonly [number, number, number] {
  return [campaignId, userId, at];
}
