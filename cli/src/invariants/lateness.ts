import { z } from 'zod';
import { figure, type Stores } from './stores.ts';

export interface CountedLateness {
  readonly processed: number;
  readonly late: number;
  readonly longestMs: number;
}

/** Something that is confirmed first and processed later, with both times in the stores. */
export interface LatenessCount {
  readonly what: string;
  count(stores: Stores, limitMs: number): Promise<CountedLateness>;
}

/** From an order to its first points. A coupon's row has the time of its issue alone, so that nothing can be said of coupons. */
export const pointLateness: LatenessCount = {
  what: 'points',
  count: async (stores, limitMs) => {
    const waited = 'TIMESTAMPDIFF(MICROSECOND, orders.created_at, accrued.at)';
    const { processed, late, longestMicros } = await stores.row(
      z.object({ processed: figure, late: figure, longestMicros: figure }),
      `SELECT COUNT(*) AS processed, COALESCE(SUM(${waited} > ${Math.round(limitMs * 1_000)}), 0) AS late,
              COALESCE(MAX(${waited}), 0) AS longestMicros
       FROM orders JOIN (SELECT order_id, MIN(created_at) AS at FROM point_ledger GROUP BY order_id) AS accrued
         ON accrued.order_id = orders.id`,
    );
    return { processed, late, longestMs: longestMicros / 1_000 };
  },
};
