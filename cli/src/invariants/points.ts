import { z } from 'zod';
import { type Check, counted, countedWithAbsent } from './check.ts';
import { figure } from './stores.ts';

/**
 * Points that orders earn, through Kafka or in their own transaction. Counted in the tables: a lag of 0 cannot prove that
 * nothing was skipped.
 */
export const pointChecks: readonly Check[] = [
  {
    id: 'points-missing',
    count: async ({ stores, settled }) => {
      const figures = await stores.row(
        z.object({ orders: figure, missing: figure }),
        `SELECT COUNT(*) AS orders, COALESCE(SUM(ledger.order_id IS NULL), 0) AS missing
         FROM orders LEFT JOIN (SELECT DISTINCT order_id FROM point_ledger) AS ledger ON ledger.order_id = orders.id`,
      );
      return countedWithAbsent({ absent: figures.missing, wrong: 0, settled }, figures);
    },
  },
  {
    id: 'points-without-order',
    count: async ({ stores }) => {
      const figures = await stores.row(
        z.object({ entries: figure, orphans: figure }),
        `SELECT COUNT(*) AS entries, COALESCE(SUM(orders.id IS NULL), 0) AS orphans
         FROM point_ledger LEFT JOIN orders ON orders.id = point_ledger.order_id`,
      );
      return counted(figures.orphans, figures);
    },
  },
  {
    id: 'double-accrual',
    count: async ({ stores }) => {
      const figures = await stores.row(
        z.object({ entries: figure, sameOrder: figure, sameEvent: figure }),
        `SELECT COUNT(*) AS entries, COUNT(*) - COUNT(DISTINCT order_id) AS sameOrder,
                COUNT(*) - COUNT(DISTINCT event_id) AS sameEvent
         FROM point_ledger`,
      );
      return counted(Math.max(figures.sameOrder, figures.sameEvent), figures);
    },
  },
  {
    id: 'balance-ledger',
    count: async ({ stores }) => {
      const figures = await stores.row(
        z.object({ users: figure, unbalanced: figure, balance: figure, ledger: figure }),
        `SELECT COUNT(*) AS users, COALESCE(SUM(balance <> ledger), 0) AS unbalanced,
                COALESCE(SUM(balance), 0) AS balance, COALESCE(SUM(ledger), 0) AS ledger
         FROM (
           SELECT user_id, SUM(balance) AS balance, SUM(ledger) AS ledger
           FROM (
             SELECT user_id, balance, 0 AS ledger FROM point_balance
             UNION ALL
             SELECT user_id, 0, points FROM point_ledger
           ) AS sides
           GROUP BY user_id
         ) AS accounts`,
      );
      return counted(figures.unbalanced, figures);
    },
  },
];
