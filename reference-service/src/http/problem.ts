import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** RFC 9457, with a `code` for programs. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const titles = {
  INVALID_REQUEST: [400, 'The request is not valid'],
  NOT_FOUND: [404, 'There is no such resource'],
  CAMPAIGN_NOT_FOUND: [404, 'There is no such campaign'],
  PRODUCT_NOT_FOUND: [404, 'There is no such product'],
  ORDER_NOT_FOUND: [404, 'There is no such order'],
  ALREADY_ISSUED: [409, 'The user has this coupon already'],
  IDEMPOTENCY_KEY_REUSED: [409, 'The key was used for another order'],
  OUT_OF_STOCK: [409, 'Not enough in stock'],
  SOLD_OUT: [410, 'All coupons of the campaign are taken'],
  INTERNAL: [500, 'Something went wrong here'],
  BUSY: [503, 'Too many requests at once'],
  STORE_UNAVAILABLE: [503, 'A store behind the service does not answer'],
  DEADLOCK: [503, 'The order met others too often'],
  LOCK_TIMEOUT: [503, 'Another transaction holds what the order needs'],
  LOCK_BUSY: [503, 'Others hold the lock of the campaign'],
  LOCK_LOST: [503, 'The lock of the campaign ended too early, nothing was taken'],
  RATE_LIMITED: [503, 'More requests a second than are let in'],
  OVERLOADED: [503, 'The service cannot keep up'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof titles;

export function problem(code: ProblemCode, detail?: string): Problem {
  const [status, title] = titles[code];
  return { type: 'about:blank', title, status, code, ...(detail === undefined ? {} : { detail }) };
}

/** For the statuses that the framework itself chooses, such as 413 and 415. */
export function requestProblem(status: number, detail: string): Problem {
  return { ...problem('INVALID_REQUEST', detail), status };
}

/** Seconds after which a client may come again. */
const retryAfter = '1';

export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  if (body.status === 503) reply.header('retry-after', retryAfter);
  return reply.code(body.status).type('application/problem+json').send(body);
}
