import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { atomicIssuer } from './coupon/atomic-issuer.ts';
import { CampaignLock } from './coupon/campaign-lock.ts';
import { heldCoupons } from './coupon/held-coupons.ts';
import type { Issuer } from './coupon/issuer.ts';
import { lockingIssuer } from './coupon/locking-issuer.ts';
import { naiveIssuer } from './coupon/naive-issuer.ts';
import { couponRoutes } from './coupon/routes.ts';
import type { Metrics } from './metrics.ts';
import { orderPlacement } from './order/placement.ts';
import { orderRoutes } from './order/routes.ts';
import { pointRoutes } from './points/routes.ts';
import type { Mysql } from './stores/mysql.ts';

export interface ApiParts {
  readonly config: Pick<Config, 'coupon' | 'order'>;
  readonly redis: Redis;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
}

/** What customers call. */
export function addApi(app: FastifyInstance, { config, redis, mysql, metrics }: ApiParts): void {
  couponRoutes(app, issuerOf(config.coupon, redis, metrics), heldCoupons(redis, mysql));
  const place = orderPlacement(mysql, {
    locking: config.order.locking,
    accrual: config.order.accrual,
    retries: config.order.deadlockRetries,
    random: Math.random,
    onDeadlock: () => metrics.orderRetries.inc(),
    onAccrued: () => metrics.pointsAccrued.inc(),
  });
  orderRoutes(app, place, mysql);
  pointRoutes(app, mysql);
}

function issuerOf({ strategy, naiveGapMs, lock }: Config['coupon'], redis: Redis, metrics: Metrics): Issuer {
  switch (strategy) {
    case 'lua':
      return atomicIssuer(redis);
    case 'lock':
    case 'lock-no-expiry': {
      // Without an end it is wrong on purpose: a holder that dies shuts the campaign for all, until a person deletes the key.
      const ttlMs = strategy === 'lock' ? lock.ttlMs : 'never';
      const options = { holdMs: lock.holdMs, onLost: () => metrics.couponLocks.inc({ event: 'lost' }) };
      return lockingIssuer(redis, new CampaignLock(redis, { ...lock, ttlMs, random: Math.random, metrics }), options);
    }
    case 'naive':
      return naiveIssuer(redis, naiveGapMs);
  }
}
