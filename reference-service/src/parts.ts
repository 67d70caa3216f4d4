import { issuerOf } from './coupon/strategy.ts';
import { createServer } from './http/server.ts';
import type { Metrics } from './metrics.ts';
import { orderPlacement } from './order/placement.ts';
import { orderProducer } from './outbox/order-producer.ts';
import { Mysql, type MysqlSettings } from './stores/mysql.ts';

/** How the parts are made that a process is composed of. A test composes it of others, to see what a load test finds. */
export const parts = {
  server: createServer,
  mysql: (settings: MysqlSettings, metrics: Metrics) => new Mysql(settings, metrics),
  issuer: issuerOf,
  placement: orderPlacement,
  producer: orderProducer,
};
export type Parts = typeof parts;
