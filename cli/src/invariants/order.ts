import { z } from 'zod';
import { type Check, counted, countedAgainstAnswers, countedWithAbsent } from './check.ts';
import { figure } from './stores.ts';

const endpoint = 'create_order';

/** Orders and the events that they owe to Kafka. */
export const orderChecks: readonly Check[] = [
  {
    id: 'order-lost',
    count: async (context) => {
      const { orders } = await context.stores.row(
        z.object({ orders: figure }),
        'SELECT COUNT(*) AS orders FROM orders',
      );
      // An order is committed before it is acknowledged, so it is never merely late.
      return countedAgainstAnswers(['orders'], endpoint, { ...context, settled: true }, { orders });
    },
  },
  {
    id: 'duplicate-idempotency-key',
    count: async ({ stores }) => {
      const figures = await stores.row(
        z.object({ keys: figure, duplicates: figure }),
        `SELECT COUNT(*) AS \`keys\`, COALESCE(SUM(uses - 1), 0) AS duplicates
         FROM (
           SELECT COUNT(*) AS uses FROM orders WHERE idempotency_key IS NOT NULL GROUP BY user_id, idempotency_key
         ) AS used`,
      );
      return counted(figures.duplicates, figures);
    },
  },
  {
    id: 'outbox-drained',
    count: async ({ stores, settled }) => {
      const figures = await stores.row(
        z.object({ events: figure, unsent: figure }),
        'SELECT COUNT(*) AS events, COALESCE(SUM(sent_at IS NULL), 0) AS unsent FROM outbox',
      );
      return countedWithAbsent({ absent: figures.unsent, wrong: 0, settled }, figures);
    },
  },
];
