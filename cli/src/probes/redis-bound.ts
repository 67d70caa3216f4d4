import type { Redis } from 'ioredis';
import { z } from 'zod';
import { decodeAnswer } from './answer.ts';

/** Two counts, each by a command that reads: the first may be no more than the second. */
export interface RedisBound {
  /** Metric key under which it is recorded by how much it is more; 0 where it is not. */
  readonly metric: string;
  readonly count: readonly [string, ...string[]];
  readonly atMost: readonly [string, ...string[]];
}

const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .nullable();

/** Both counts at one moment (MULTI). Without a value where one of them is not there: then nobody knows. */
export async function readBound(redis: Redis, { metric, count, atMost }: RedisBound): Promise<Record<string, number>> {
  const replies =
    (await redis
      .multi()
      .call(...count)
      .call(...atMost)
      .exec()) ?? [];
  const [first, second] = replies.map(([error, reply]) => {
    if (error !== null) throw error;
    return decodeAnswer(number, reply, [...count, ...atMost].join(' '));
  });
  return first == null || second == null ? {} : { [metric]: Math.max(0, first - second) };
}
