import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/http/token-bucket.ts';

function bucketOf(perSecond: number) {
  let now = 1_000;
  const bucket = new TokenBucket(perSecond, () => now);
  const takeAll = (most = 1_000): number => {
    let taken = 0;
    while (taken < most && bucket.take()) taken += 1;
    return taken;
  };
  return {
    takeAll,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a token bucket', () => {
  it('lets through a second of requests at once, and then none', () => {
    const { takeAll } = bucketOf(10);

    expect([takeAll(), takeAll()]).toEqual([10, 0]);
  });

  it('fills at its rate, also by parts of a token', () => {
    const { takeAll, pass } = bucketOf(10);
    takeAll();

    const taken = Array.from({ length: 8 }, () => {
      pass(50);
      return takeAll();
    });

    expect(taken).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('holds no more than a second of requests, however long it was quiet', () => {
    const { takeAll, pass } = bucketOf(10);
    pass(3_600_000);

    expect(takeAll()).toBe(10);
  });

  it('lets through no more than its rate over a long time', () => {
    const { takeAll, pass } = bucketOf(7);
    let taken = takeAll();
    for (let step = 0; step < 600; step += 1) {
      pass(100);
      taken += takeAll();
    }

    expect(taken).toBeGreaterThanOrEqual(7 + 7 * 60 - 1);
    expect(taken).toBeLessThanOrEqual(7 + 7 * 60);
  });
});
