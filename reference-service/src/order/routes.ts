import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pathUuid } from '../http/identifier.ts';
import { answers, jsonSchema } from '../http/json-schema.ts';
import { type Problem, problem, sendProblem } from '../http/problem.ts';
import type { Mysql } from '../stores/mysql.ts';
import { findOrder, orderSchema } from './order.ts';
import { type OrderBody, orderBody } from './order-request.ts';
import type { Placed, PlaceOrder } from './placement.ts';

const params = z.object({ orderId: pathUuid });
/** What UUIDs, hashes and Base64 are made of. */
const headers = z.object({ 'idempotency-key': z.string().regex(/^[A-Za-z0-9._:+/=-]{1,200}$/) });

export function orderRoutes(app: FastifyInstance, place: PlaceOrder, mysql: Mysql): void {
  app.post<{ Body: OrderBody; Headers: z.infer<typeof headers> }>(
    '/api/orders',
    {
      schema: {
        summary: 'Place an order, once for each Idempotency-Key',
        headers: jsonSchema(headers),
        body: jsonSchema(orderBody),
        response: answers({ 200: orderSchema, 201: orderSchema }),
      },
    },
    async (request, reply) => {
      const placed = await place(request.headers['idempotency-key'], request.body);
      if ('order' in placed) return reply.code(placed.outcome === 'CREATED' ? 201 : 200).send(placed.order);
      return sendProblem(reply, refusal(placed));
    },
  );

  app.get<{ Params: z.infer<typeof params> }>(
    '/api/orders/:orderId',
    { schema: { summary: 'An order', params: jsonSchema(params), response: answers({ 200: orderSchema }) } },
    async (request, reply) => {
      const stored = await mysql.session((session) => findOrder(session, request.params.orderId));
      return stored === undefined ? sendProblem(reply, problem('ORDER_NOT_FOUND')) : stored.order;
    },
  );
}

function refusal(placed: Exclude<Placed, { order: unknown }>): Problem {
  return problem(placed.outcome, 'productId' in placed ? `product ${placed.productId}` : undefined);
}
