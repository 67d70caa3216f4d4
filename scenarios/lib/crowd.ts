import { type Environment, whole } from './parameters.ts';
import type { LoadShape } from './profile.ts';

const usual = 20_000;
/** Rows that the service's fixture makes in some seconds. */
const most = 500_000;

/** `USERS`: those that a random user is drawn from. */
export function readUsers(env: Environment, { crowd }: LoadShape): number {
  return whole(env, 'USERS', Math.min(most, Math.max(usual, crowd ?? 0)), { min: 1, max: 10_000_000 });
}

/** The users, and where nothing may run out a coupon for each of them. */
export function couponFixture({ crowd }: LoadShape, users: number): Record<string, string> {
  return { USERS: String(users), ...(crowd === null ? {} : { COUPON_STOCK: String(users) }) };
}
