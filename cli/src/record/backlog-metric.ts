import { isOf, metricKey, parseMetricKey } from './metric-key.ts';

/** Metrics that tell an age. */
const ages = ['kafka_consumer_time_lag_ms', 'queue_oldest_age_seconds'] as const;

/** Whether a backlog's metric tells how long something has waited; others count entries. */
export function tellsAge(key: string): boolean {
  return ages.some((name) => isOf(key, name));
}

/** Key of the running total of what was worked off, where one is read beside the backlog; null where none is. */
export function workedOffKey(key: string): string | null {
  return isOf(key, 'kafka_consumer_lag') ? metricKey('kafka_committed_offset', parseMetricKey(key).tags) : null;
}
