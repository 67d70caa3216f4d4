import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { Log } from '../log.ts';

export const orderTopic = 'order.completed';
export const accrualGroup = 'point-accrual';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly timeoutMs: number;
  readonly partitions: number;
}

export function createKafka(settings: KafkaSettings, log: Log): Kafka {
  return new Kafka({
    clientId: 'coupon-order',
    brokers: [...settings.brokers],
    connectionTimeout: 2_000,
    requestTimeout: settings.timeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.ERROR,
    // Mostly retries ("the coordinator is loading"): what fails in the end reaches the caller.
    logCreator: () => (entry: LogEntry) =>
      log.warn({ kafka: entry.namespace, error: entry.log.error }, entry.log.message),
  });
}
