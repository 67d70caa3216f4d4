import type { Config } from '../config.ts';
import { CalmLog, createLog } from '../log.ts';
import { connectMysql } from '../stores/mysql.ts';
import { createRedis, redisReady } from '../stores/redis.ts';
import { reconcileCoupons } from './coupons.ts';
import { reconcilePoints } from './points.ts';

const readyTimeoutMs = 10_000;

/** Numbers of entries. */
export interface Repaired {
  readonly pointsAccrued: number;
  readonly pointsTakenBack: number;
  readonly couponsTakenBack: number;
}

/**
 * Puts right what can be told from the source of truth: points from the orders, coupons from what was given out and what
 * there was. A second time it finds nothing to do. The service may run, but must be idle: what is under way looks missing.
 */
export async function reconcile(config: Pick<Config, 'mysql' | 'redis'>): Promise<Repaired> {
  const mysql = await connectMysql(config.mysql);
  const redis = createRedis(config.redis, new CalmLog(createLog('reconcile', 'error')));
  try {
    await redisReady(redis, readyTimeoutMs);
    const points = await reconcilePoints(mysql);
    return { ...points, couponsTakenBack: await reconcileCoupons(mysql, redis) };
  } finally {
    redis.disconnect();
    mysql.destroy();
  }
}
