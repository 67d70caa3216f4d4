import { describe, expect, it } from 'vitest';
import { priceOf } from '../../src/fixture/table-fixture.ts';
import { pauseBeforeRetry, retryDeadlocks } from '../../src/order/deadlock-retry.ts';
import { inLockingOrder } from '../../src/order/locking.ts';
import { bodyHash, orderBody, orderLines } from '../../src/order/order-request.ts';
import { StoreFailure } from '../../src/stores/failure.ts';
import { mysqlErrorKind } from '../../src/stores/mysql-error.ts';

const body = {
  userId: 7,
  items: [
    { productId: 9, quantity: 2 },
    { productId: 4, quantity: 1 },
  ],
};

function serverError(errno: number, fatal = false): Error {
  return Object.assign(new Error(`error ${errno}`), { errno, sqlState: '40001', fatal });
}

describe('the hash of a body', () => {
  it('does not depend on the order of its keys', () => {
    const turned = { items: body.items.map(({ productId, quantity }) => ({ quantity, productId })), userId: 7 };

    expect(bodyHash(orderBody.parse(turned))).toBe(bodyHash(body));
  });

  it.each([
    { ...body, userId: 8 },
    { ...body, items: body.items.slice(1) },
    { ...body, items: body.items.toReversed() },
    { ...body, items: [{ productId: 9, quantity: 1 }, ...body.items.slice(1)] },
  ])('changes with what the body means', (other) => {
    expect(bodyHash(other)).not.toBe(bodyHash(body));
  });
});

describe('the lines of an order', () => {
  it('hold each product once, with all of its pieces', () => {
    expect(orderLines([...body.items, { productId: 9, quantity: 3 }])).toEqual([
      { productId: 9, quantity: 5 },
      { productId: 4, quantity: 1 },
    ]);
  });

  it('are locked by product id when sorted, as requested otherwise', () => {
    const ids = (locking: 'sorted' | 'request-order') =>
      inLockingOrder(orderLines(body.items), locking).map(({ productId }) => productId);

    expect(ids('sorted')).toEqual([4, 9]);
    expect(ids('request-order')).toEqual([9, 4]);
  });
});

describe('a deadlock', () => {
  function attempts(errors: readonly Error[]) {
    let done = 0;
    let deadlocks = 0;
    const work = async (): Promise<string> => {
      const error = errors[done];
      done += 1;
      if (error !== undefined) throw error;
      return 'placed';
    };
    const onDeadlock = (): void => {
      deadlocks += 1;
    };
    const options = { retries: 2, random: () => 0, onDeadlock };
    return { run: () => retryDeadlocks(work, options), seen: () => ({ done, deadlocks }) };
  }

  it('is tried again', async () => {
    const { run, seen } = attempts([serverError(1213), serverError(1213)]);

    await expect(run()).resolves.toBe('placed');
    expect(seen()).toEqual({ done: 3, deadlocks: 2 });
  });

  it('becomes a failure when the retries are used up', async () => {
    const { run, seen } = attempts([serverError(1213), serverError(1213), serverError(1213), serverError(1213)]);

    await expect(run()).rejects.toMatchObject({ name: 'StoreFailure', code: 'DEADLOCK' });
    expect(seen()).toEqual({ done: 3, deadlocks: 3 });
  });

  it.each([
    [serverError(1205), 'LOCK_TIMEOUT'],
    [new StoreFailure('BUSY', 'full'), 'BUSY'],
  ])('is the only failure that is tried again', async (error, code) => {
    const { run, seen } = attempts([error]);

    await expect(run()).rejects.toMatchObject({ code });
    expect(seen()).toEqual({ done: 1, deadlocks: 0 });
  });

  it('is followed by a pause that grows up to a bound and is spread from zero', () => {
    expect([0, 1, 2, 10].map((attempt) => pauseBeforeRetry(attempt, () => 1))).toEqual([8, 16, 32, 100]);
    expect(pauseBeforeRetry(3, () => 0)).toBe(0);
  });
});

describe('an error of MySQL', () => {
  it.each([
    [serverError(1213), 'deadlock'],
    [serverError(1205), 'lock-timeout'],
    [serverError(1062), 'duplicate'],
    [serverError(1146), 'statement'],
    [serverError(1053), 'unavailable'],
    [serverError(1045, true), 'unavailable'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unavailable'],
  ])('%s is of kind %s', (error, kind) => {
    expect(mysqlErrorKind(error)).toBe(kind);
  });
});

describe('the price of a product', () => {
  it('is the same each time, whole, and within its range', () => {
    const prices = Array.from({ length: 1_000 }, (_, i) => priceOf(i + 1));

    expect(prices).toEqual(Array.from({ length: 1_000 }, (_, i) => priceOf(i + 1)));
    expect(prices.every((price) => Number.isInteger(price) && price >= 1_000 && price <= 50_900)).toBe(true);
    expect(new Set(prices).size).toBeGreaterThan(100);
  });
});
