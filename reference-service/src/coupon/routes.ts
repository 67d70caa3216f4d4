import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { bodyId, pathId } from '../http/identifier.ts';
import { answers, jsonSchema } from '../http/json-schema.ts';
import { problem, sendProblem } from '../http/problem.ts';
import { defaultCampaignId } from './campaign.ts';
import type { HeldCoupons } from './held-coupons.ts';
import type { Issuer } from './issuer.ts';

const params = z.object({ userId: pathId });
const body = z.strictObject({ campaignId: bodyId.default(defaultCampaignId) });
const query = z.object({ campaignId: pathId.default(String(defaultCampaignId)) });
const issued = z.object({ campaignId: z.int(), userId: z.int(), issuedAt: z.string() });
const held = z.object({
  userId: z.int(),
  coupons: z.array(z.object({ campaignId: z.int(), issuedAt: z.string().nullable(), recorded: z.boolean() })),
});

export function couponRoutes(app: FastifyInstance, issue: Issuer, heldBy: HeldCoupons): void {
  app.post<{ Params: z.infer<typeof params>; Body: z.infer<typeof body> }>(
    '/api/coupons/:userId',
    {
      schema: {
        summary: 'Take one coupon of a campaign',
        params: jsonSchema(params),
        body: jsonSchema(body),
        response: answers({ 201: issued }),
      },
      // Without a body it is the default campaign.
      preValidation: (request, _, done) => {
        request.body ??= { campaignId: defaultCampaignId };
        done();
      },
    },
    async (request, reply) => {
      const userId = Number(request.params.userId);
      const { campaignId } = request.body;
      const at = Date.now();
      const outcome = await issue({ campaignId, userId, at });
      if (outcome !== 'ISSUED') return sendProblem(reply, problem(outcome));
      return reply.code(201).send({ campaignId, userId, issuedAt: new Date(at).toISOString() });
    },
  );

  app.get<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof query> }>(
    '/api/coupons/:userId',
    {
      schema: {
        summary: 'Coupons that a user holds',
        description: '`recorded` is false as long as a coupon of `campaignId` is not in the database yet.',
        params: jsonSchema(params),
        querystring: jsonSchema(query),
        response: answers({ 200: held }),
      },
    },
    async (request) => {
      const userId = Number(request.params.userId);
      return { userId, coupons: await heldBy(userId, Number(request.query.campaignId)) };
    },
  );
}
