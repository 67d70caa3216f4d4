import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { issuedStreamOf } from './coupon/issued-stream.ts';
import { readStreamQueue } from './coupon/stream-queue.ts';
import { blockMs, startCouponWriter } from './coupon/writer.ts';
import type { CalmLog, Log } from './log.ts';
import { type Metrics, watchQueues } from './metrics.ts';
import { readOutboxQueue } from './outbox/outbox-table.ts';
import { startRelay } from './outbox/relay.ts';
import { RelayLease } from './outbox/relay-lease.ts';
import type { Parts } from './parts.ts';
import { startAccrual } from './points/accrual.ts';
import type { SettingsOverride } from './settings-override.ts';
import { withDeadline } from './stores/deadline.ts';
import { createKafka } from './stores/kafka.ts';
import type { Mysql } from './stores/mysql.ts';
import { createRedis, redisReady } from './stores/redis.ts';
import type { WorkerPart } from './worker-loop.ts';

export interface WorkerContext {
  readonly parts: Pick<Parts, 'producer'>;
  readonly config: Config;
  readonly override: Pick<SettingsOverride, 'onChange'>;
  readonly redis: Redis;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly calmLog: CalmLog;
}

/** What goes on behind the answers: coupons into the table, orders to Kafka, points from it. */
export async function startWorker(context: WorkerContext): Promise<WorkerPart[]> {
  const { parts, config, override, redis, mysql, metrics, log, calmLog } = context;
  const common = { mysql, metrics, log: calmLog };
  const blocking = createRedis(config.redis, calmLog, blockMs);
  const member = `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
  const kafka = createKafka(config.kafka, log);

  watchQueues(metrics.registry, {
    'coupon:issued': () => readStreamQueue(redis),
    outbox: () => withDeadline(config.healthTimeoutMs, 'outbox', mysql.session(readOutboxQueue)),
  });
  // Only spares the log a first failure: the writer waits for Redis by itself.
  await Promise.allSettled([redis, blocking].map((each) => redisReady(each, config.redis.timeoutMs)));
  const writer = startCouponWriter({ ...common, ...config.writer, stream: issuedStreamOf(redis, blocking, member) });
  return [
    {
      ...writer,
      stop: async () => {
        await writer.stop();
        blocking.disconnect();
      },
    },
    startRelay({ ...common, ...config.relay, lease: new RelayLease(config.mysql), producer: parts.producer(kafka) }),
    startAccrual({ ...common, settings: config.accrual, onSettingsChange: override.onChange, kafka }),
  ];
}
