import { randomUUID } from 'node:crypto';
import { systemClock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { pollUntil } from '../system/polling.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { never } from './never.ts';
import { withRedis } from './redis-client.ts';

/** Coupons a second that one lock after the other gives out on two busy cores: a tenth of what it does on idle ones. */
export const lockedRate = 20;

const lookTimeoutMs = 5_000;
/** Under load the lock is nearly always somebody's: it is taken in a moment between two of them. */
const takeWithinMs = 5_000;
const tryEveryMs = 1;

/**
 * Takes the service's lock as one of its holders would, and never gives it back: a holder that died.
 *
 * @param ttlMs after which the store drops it, as the service asks for it; null: never
 */
export async function prepareOrphanedLock(
  { redisUrl: url, redisLocks: [key], foreign }: FaultTarget,
  ttlMs: number | null,
  signal: AbortSignal,
): Promise<PreparedFault> {
  if (url === null || key === undefined) {
    throw new LoadkitError('fault-lock', 'the target names no lock in Redis', {
      hint: 'the manifest of the service names it: watch.redisLocks',
      exitCode: exitCode.usage,
    });
  }
  await withRedis({ url, timeoutMs: lookTimeoutMs, signal }, (redis) => redis.ping());
  const token = `loadkit-drill-${randomUUID()}`;
  return {
    undo: [{ kind: 'redis-key', url, key, token, foreign }],
    inject: async (_, ending) => {
      const taken = await withRedis({ url, timeoutMs: 2 * takeWithinMs, signal: never }, async (redis) => {
        const attempt = async () => {
          const answer =
            ttlMs === null ? await redis.set(key, token, 'NX') : await redis.set(key, token, 'PX', ttlMs, 'NX');
          return answer === 'OK' ? true : undefined;
        };
        const limits = { timeoutMs: takeWithinMs, intervalMs: tryEveryMs };
        return pollUntil(attempt, { clock: systemClock, ...limits, signal: ending });
      });
      if (taken.timedOut) {
        throw new LoadkitError(
          'lock-not-taken',
          `the lock ${key} was not free for a moment within ${takeWithinMs} ms`,
          {
            hint: 'is it held by somebody who died?',
            exitCode: exitCode.unreachable,
          },
        );
      }
      return { key, ...(ttlMs === null ? {} : { ttlMs }) };
    },
  };
}
