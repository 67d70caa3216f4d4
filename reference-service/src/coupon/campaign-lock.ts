import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis, Result } from 'ioredis';
import type { Metrics } from '../metrics.ts';
import { StoreFailure } from '../stores/failure.ts';
import { lockKey } from './campaign.ts';

export interface CampaignLockOptions {
  /** Longest time that a caller tries for; 0: once. */
  readonly waitMs: number;
  /** Time between two tries, spread by half of it to either side. */
  readonly retryMs: number;
  /** Redis drops the lock of a holder that is gone after so long; `never`, and it stays until somebody deletes the key. */
  readonly ttlMs: number | 'never';
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly metrics: Pick<Metrics, 'couponLocks' | 'couponLockWait'>;
}

/** Only who holds it may delete it: by then it may have ended and be another's. */
const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** One holder for each campaign, among all processes. No queue: who tries at the right moment gets it. */
export class CampaignLock {
  readonly #redis: Redis;
  readonly #options: CampaignLockOptions;

  constructor(redis: Redis, options: CampaignLockOptions) {
    redis.defineCommand('releaseLock', { numberOfKeys: 1, lua: releaseScript });
    this.#redis = redis;
    this.#options = options;
  }

  /** `work` with the token that the key holds as long as the lock is ours. Rejects with `LOCK_BUSY` when it cannot be had. */
  async hold<T>(campaignId: number, work: (token: string) => Promise<T>): Promise<T> {
    const key = lockKey(campaignId);
    const token = randomUUID();
    let refused = false;
    try {
      refused = !(await this.#acquire(key, token));
      if (refused) throw new StoreFailure('LOCK_BUSY', `the lock was not free within ${this.#options.waitMs} ms`);
      return await work(token);
    } finally {
      // Also when Redis did not answer the try: it may have given the lock.
      if (!refused) await this.#release(key, token);
    }
  }

  /** False when others had it all the time. */
  async #acquire(key: string, token: string): Promise<boolean> {
    const { waitMs, metrics } = this.#options;
    const from = performance.now();
    let got = await this.#try(key, token);
    for (let left = waitMs; !got && left > 0; left = waitMs - (performance.now() - from)) {
      await delay(Math.min(left, this.#pauseMs()));
      got = await this.#try(key, token);
    }
    metrics.couponLockWait.observe((performance.now() - from) / 1000);
    metrics.couponLocks.inc({ event: got ? 'acquired' : 'busy' });
    return got;
  }

  async #try(key: string, token: string): Promise<boolean> {
    const { ttlMs } = this.#options;
    const answer =
      ttlMs === 'never'
        ? await this.#redis.set(key, token, 'NX')
        : await this.#redis.set(key, token, 'PX', ttlMs, 'NX');
    return answer === 'OK';
  }

  /** Never rejects: what was done under the lock stays done. Left behind, it ends by its time to live, if it has one. */
  async #release(key: string, token: string): Promise<void> {
    try {
      await this.#redis.releaseLock(key, token);
    } catch {
      this.#options.metrics.couponLocks.inc({ event: 'left' });
    }
  }

  #pauseMs(): number {
    const { retryMs, random } = this.#options;
    return retryMs * (0.5 + random());
  }
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    releaseLock(key: string, token: string): Result<unknown, Context>;
  }
}
