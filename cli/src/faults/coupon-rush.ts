import type { FaultLoad } from './fault.ts';

/** Arrivals a second at which several requests are in the gap of `gapMs` when the last coupon goes. */
export const rushRate = 200;
const users = 20_000;
const doubleClick = 0.8;
/** Between what a request checks and what it takes. */
export const gapMs = 10;

/** Of the load: many who click twice at once. */
export const rushEnv = { USERS: String(users), DOUBLE_CLICK: String(doubleClick) } as const;

/** Between the first answer and the fault, beyond the baseline. */
const lookMs = 1_500;
/** Of the hold, after which coupons that are given out naively are sold out; later where they are not. */
const soldOutAt = 0.3;

/** So many coupons that the last one goes while the fault stands: only then can more be given out than there are. */
export function rushFixture({ rate, baselineMs, holdMs }: FaultLoad): { USERS: string; COUPON_STOCK: string } {
  const before = (rate * (baselineMs + lookMs)) / 1_000;
  const during = (rate * holdMs * soldOutAt) / 1_000;
  const issued = askers(before) + (1 + doubleClick) * (askers(before + during) - askers(before));
  return { USERS: String(users), COUPON_STOCK: String(Math.max(1, Math.round(issued))) };
}

/** Different users among so many arrivals, each of a random user. */
function askers(arrivals: number): number {
  return users * (1 - Math.exp(-arrivals / users));
}
