import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { heldCoupons } from './coupon/held-coupons.ts';
import { intakeOf } from './coupon/intake.ts';
import { couponRoutes } from './coupon/routes.ts';
import type { CalmLog, Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { orderRoutes } from './order/routes.ts';
import { startEventBuffer } from './outbox/event-buffer.ts';
import type { Parts } from './parts.ts';
import { pointRoutes } from './points/routes.ts';
import { createKafka } from './stores/kafka.ts';
import type { Mysql } from './stores/mysql.ts';

export interface ApiContext {
  readonly parts: Pick<Parts, 'issuer' | 'placement' | 'producer'>;
  readonly config: Pick<Config, 'coupon' | 'intake' | 'order' | 'kafka'>;
  readonly redis: Redis;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly calmLog: CalmLog;
}

export interface Api {
  /** Once no request is under way: resolves when the events that wait in memory are published. */
  close(): Promise<void>;
}

/** What customers call. */
export function addApi(app: FastifyInstance, context: ApiContext): Api {
  const { parts, config, redis, mysql, metrics, log, calmLog } = context;
  const issue = intakeOf(parts.issuer(config.coupon, redis, metrics), config.intake, metrics);
  couponRoutes(app, issue, heldCoupons(redis, mysql));
  // Connects at its first event, which by default never comes.
  const producer = parts.producer(createKafka(config.kafka, log));
  const events = startEventBuffer({ producer, settings: config.order, metrics, log: calmLog });
  const place = parts.placement(mysql, {
    settings: config.order,
    random: Math.random,
    onDeadlock: () => metrics.orderRetries.inc(),
    onAccrued: () => metrics.pointsAccrued.inc(),
    onEvent: events.add,
  });
  orderRoutes(app, place, mysql);
  pointRoutes(app, mysql);
  return { close: events.close };
}
