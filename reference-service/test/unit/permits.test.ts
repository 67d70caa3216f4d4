import { describe, expect, it } from 'vitest';
import { Permits } from '../../src/stores/permits.ts';

function permits(changes: { size?: number; queueLimit?: number; queueTimeoutMs?: number } = {}) {
  const waits: number[] = [];
  const created = new Permits({
    size: 1,
    queueLimit: 2,
    queueTimeoutMs: 60_000,
    onWaited: (seconds) => waits.push(seconds),
    ...changes,
  });
  return { permits: created, waits };
}

describe('permits', () => {
  it('are given in the order of asking', async () => {
    const { permits: some, waits } = permits();
    const order: string[] = [];
    await some.acquire();
    const first = some.acquire().then(() => order.push('first'));
    const second = some.acquire().then(() => order.push('second'));
    expect([some.inUse, some.waiting]).toEqual([1, 2]);

    some.release();
    await first;
    some.release();
    await second;
    some.release();

    expect(order).toEqual(['first', 'second']);
    expect([some.inUse, some.waiting]).toEqual([0, 0]);
    expect(waits).toHaveLength(3);
  });

  it('turn away who finds the queue full', async () => {
    const { permits: some } = permits({ queueLimit: 0 });
    await some.acquire();

    await expect(some.acquire()).rejects.toMatchObject({ code: 'BUSY' });
    some.release();
    await expect(some.acquire()).resolves.toBeUndefined();
  });

  it('turn away who has waited too long, and forget him', async () => {
    const { permits: some } = permits({ queueTimeoutMs: 1 });
    await some.acquire();

    await expect(some.acquire()).rejects.toMatchObject({ code: 'BUSY' });
    expect(some.waiting).toBe(0);
    some.release();
    expect(some.inUse).toBe(0);
  });
});
