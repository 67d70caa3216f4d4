import type { OrderLine } from './order-request.ts';

/**
 * `sorted`: all orders lock their products in the same order, so that none waits in a circle.
 * `request-order`: as the customer put them; two orders of the same products then deadlock.
 */
export type Locking = 'sorted' | 'request-order';

export function inLockingOrder(lines: readonly OrderLine[], locking: Locking): readonly OrderLine[] {
  return locking === 'sorted' ? lines.toSorted((a, b) => a.productId - b.productId) : lines;
}
