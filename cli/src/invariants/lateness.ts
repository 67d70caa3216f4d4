import { z } from 'zod';
import { figure, type Stores } from './stores.ts';

export interface CountedLateness {
  readonly processed: number;
  readonly late: number;
  readonly longestMs: number;
}

export interface LatenessRequest {
  /** Longer than that is late. */
  readonly limitMs: number;
  /** What was confirmed longer ago is left out. */
  readonly withinMs: number;
}

/** Something that is confirmed first and processed later, with both times in the stores. */
export interface LatenessCount {
  readonly what: string;
  count(stores: Stores, request: LatenessRequest): Promise<CountedLateness>;
}

/** From an order to its first points. A coupon's row has the time of its issue alone, so that nothing can be said of coupons. */
export const pointLateness: LatenessCount = {
  what: 'points',
  count: async (stores, { limitMs, withinMs }) => {
    const { processed, late, longestMicros } = await stores.row(
      z.object({ processed: figure, late: figure, longestMicros: figure }),
      `SELECT COUNT(waited) AS processed, COALESCE(SUM(waited > ${Math.round(limitMs * 1_000)}), 0) AS late,
              COALESCE(MAX(waited), 0) AS longestMicros
       FROM (
         SELECT TIMESTAMPDIFF(MICROSECOND, orders.created_at, (
           SELECT MIN(point_ledger.created_at) FROM point_ledger WHERE point_ledger.order_id = orders.id
         )) AS waited
         FROM orders WHERE orders.created_at >= UTC_TIMESTAMP(3) - INTERVAL ${Math.round(withinMs * 1_000)} MICROSECOND
       ) AS accruals`,
    );
    return { processed, late, longestMs: longestMicros / 1_000 };
  },
};
