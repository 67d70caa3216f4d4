import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import { backlogStream } from './backlog.ts';
import { backlogAgeStream } from './backlog-age.ts';
import { backlogGrowthStream } from './backlog-growth.ts';
import type { DetectorOrder } from './detector-order.ts';
import type { Stream } from './stream.ts';

/** What the manifest calls a backlog, and the ages that are known of some. */
export function backlogStreams({ watch, freshnessMs }: DetectorOrder, throughput: () => number): Stream[] {
  return [
    ...watch.backlog.flatMap((selector) => {
      const { name, tags } = parseMetricKey(selector);
      const waits = [backlogStream(selector, freshnessMs, throughput), backlogGrowthStream(selector)];
      if (name !== 'kafka_consumer_lag') return waits;
      return [...waits, backlogAgeStream(metricKey('kafka_consumer_time_lag_ms', tags), 1, freshnessMs)];
    }),
    backlogAgeStream('queue_oldest_age_seconds', 1_000, freshnessMs),
  ];
}
