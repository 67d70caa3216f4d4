import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { heldCoupons } from './coupon/held-coupons.ts';
import { couponRoutes } from './coupon/routes.ts';
import type { Metrics } from './metrics.ts';
import { orderRoutes } from './order/routes.ts';
import type { Parts } from './parts.ts';
import { pointRoutes } from './points/routes.ts';
import type { Mysql } from './stores/mysql.ts';

export interface ApiContext {
  readonly parts: Pick<Parts, 'issuer' | 'placement'>;
  readonly config: Pick<Config, 'coupon' | 'order'>;
  readonly redis: Redis;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
}

/** What customers call. */
export function addApi(app: FastifyInstance, { parts, config, redis, mysql, metrics }: ApiContext): void {
  couponRoutes(app, parts.issuer(config.coupon, redis, metrics), heldCoupons(redis, mysql));
  const place = parts.placement(mysql, {
    settings: config.order,
    random: Math.random,
    onDeadlock: () => metrics.orderRetries.inc(),
    onAccrued: () => metrics.pointsAccrued.inc(),
  });
  orderRoutes(app, place, mysql);
  pointRoutes(app, mysql);
}
