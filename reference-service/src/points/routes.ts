import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pathId } from '../http/identifier.ts';
import { answers, jsonSchema } from '../http/json-schema.ts';
import type { Mysql } from '../stores/mysql.ts';

const params = z.object({ userId: pathId });
const account = z.object({
  userId: z.int(),
  balance: z.int(),
  /** The newest first, a hundred at most. */
  entries: z.array(z.object({ orderId: z.string(), points: z.int(), createdAt: z.string() })),
});

const balanceRows = z.array(z.object({ balance: z.number() }));
const ledgerRows = z.array(z.object({ order_id: z.string(), points: z.number(), created_at: z.date() }));

export function pointRoutes(app: FastifyInstance, mysql: Mysql): void {
  app.get<{ Params: z.infer<typeof params> }>(
    '/api/points/:userId',
    { schema: { summary: "A user's points", params: jsonSchema(params), response: answers({ 200: account }) } },
    async (request) => {
      const userId = Number(request.params.userId);
      return mysql.session(async (session) => {
        const balances = await session.rows('SELECT balance FROM point_balance WHERE user_id = ?', [userId]);
        const ledger = await session.rows(
          'SELECT order_id, points, created_at FROM point_ledger WHERE user_id = ? ORDER BY id DESC LIMIT 100',
          [userId],
        );
        return {
          userId,
          balance: balanceRows.parse(balances)[0]?.balance ?? 0,
          entries: ledgerRows.parse(ledger).map((row) => ({
            orderId: row.order_id,
            points: row.points,
            createdAt: row.created_at.toISOString(),
          })),
        };
      });
    },
  );
}
