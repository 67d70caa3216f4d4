import type { Random } from './random.ts';
import type { Answer, NamedRequest, StatusAnswer } from './request.ts';

export const createOrderLabel = 'POST /api/orders';

export interface Buyer {
  readonly userId: number;
  /** Products are drawn from 1 … this. */
  readonly products: number;
  readonly random: Random;
  /** Of this order and no other, in any run. */
  readonly idempotencyKey: string;
}

/** Buys one to three products, one or two pieces of each. */
export function orderRequest(service: string, { userId, products, random, idempotencyKey }: Buyer): NamedRequest {
  const productIds = random.distinct(random.integer(1, 3), 1, products);
  return {
    name: 'create_order',
    url: `${service}/api/orders`,
    userId,
    headers: { 'Idempotency-Key': idempotencyKey },
    body: { userId, items: productIds.map((productId) => ({ productId, quantity: random.integer(1, 2) })) },
    fits,
    fitTogether,
  };
}

function fits(status: number, answer: Answer): boolean {
  // Sent once, its key is new, so that a replay (200) or a key that "was used" (409) is a defect.
  if (status === 409) return answer.code === 'OUT_OF_STOCK';
  return status === 201 && answer.orderId !== undefined;
}

/** One key is one order, however often it is sent: made once (201), and told again (200) to whom asks again. */
function fitTogether(answers: readonly StatusAnswer[]): boolean {
  const done = answers.filter(({ status }) => status === 200 || status === 201);
  const refused = answers.filter((each) => !done.includes(each));
  const orders = new Set(done.map(({ answer }) => answer.orderId));
  return (
    done.filter(({ status }) => status === 201).length <= 1 &&
    orders.size <= 1 &&
    !orders.has(undefined) &&
    refused.every(({ status, answer }) => fits(status, answer))
  );
}
