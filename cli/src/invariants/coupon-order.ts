import type { Check } from './check.ts';
import { couponChecks } from './coupon.ts';
import { orderChecks } from './order.ts';
import { pointChecks } from './points.ts';
import { stockChecks } from './stock.ts';

/**
 * The invariants of the coupon/order service, in the order of the report.
 *
 * Redis: hash `coupon:campaign:{id}` {stock, remaining}, set `coupon:campaign:{id}:users`, stream `coupon:issued` {campaignId, userId}.
 * MySQL: coupon_campaign, coupon_issue, product, orders, order_item, outbox, point_ledger, point_balance.
 */
export function couponOrderChecks(): readonly Check[] {
  return [...couponChecks(), ...stockChecks, ...orderChecks, ...pointChecks];
}
