/** Names in Redis. The stream holds every coupon that was given out, once for each time. */
export const issuedStream = 'coupon:issued';
export const writerGroup = 'coupon-writer';
export const defaultCampaignId = 1;
/** All keys of all campaigns: what a reset forgets, a lock that was left behind included. */
export const anyCampaignKey = 'coupon:campaign:*';

/** Hash with `stock`, what there was, and `remaining`. */
export function campaignKey(campaignId: number): string {
  return `coupon:campaign:${campaignId}`;
}

/** Set of those who have one. */
export function usersKey(campaignId: number): string {
  return `coupon:campaign:${campaignId}:users`;
}

/** The token of who may give out coupons of the campaign now, with a locking strategy. */
export function lockKey(campaignId: number): string {
  return `coupon:campaign:${campaignId}:lock`;
}
