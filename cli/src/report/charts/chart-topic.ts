import { eventLoopTimerMs } from '../../record/metric-catalog.ts';

/** What one chart shows of the probes' metrics; all its lines have one unit. */
export interface ChartTopic {
  readonly id: string;
  /** Key of `chart-unit.<unit>`. */
  readonly unit: 'records' | 'count' | 'per-second' | 'ms' | 'ms-per-second' | 'cores' | 'mebibytes' | 'percent';
  readonly metrics: readonly TopicMetric[];
  /** Worth a sentence when nothing of it was measured, or when it was 0 from beginning to end. */
  readonly matters: boolean;
  /**
   * What stands for several seconds where a long run is thinned: of rates and of what is used up their mean, of waiting,
   * delay and backlog their worst second.
   */
  readonly thinned: 'mean' | 'max';
}

interface TopicMetric {
  readonly name: string;
  /** Tags whose values are told apart; the series of one set of values are added up. */
  readonly by: readonly string[];
  /** From the unit of the metric to that of the chart. */
  readonly scale: number;
  /** Taken off each value, in the unit of the chart, down to 0. */
  readonly less: number;
  /** False where the values of its tags say enough. */
  readonly named: boolean;
}

const metric = (name: string, by: readonly string[] = [], scale = 1): TopicMetric => ({
  name,
  by,
  scale,
  less: 0,
  named: true,
});
const ofProcess = (name: string, scale = 1) => metric(name, ['process'], scale);
const unnamed = (one: TopicMetric): TopicMetric => ({ ...one, named: false });

const toMs = 1_000;
const toMebibytes = 1 / 1024 ** 2;

/** In the order of the report: what waits first, then what is used up. */
export const chartTopics: readonly ChartTopic[] = [
  {
    id: 'backlog',
    unit: 'records',
    matters: true,
    thinned: 'max',
    metrics: [
      metric('kafka_consumer_lag', ['group', 'topic']),
      metric('redis_stream_lag', ['group', 'stream']),
      metric('redis_stream_pending', ['group', 'stream']),
      metric('outbox_pending_rows'),
    ],
  },
  {
    id: 'backlog-age',
    unit: 'ms',
    matters: false,
    thinned: 'max',
    metrics: [
      metric('kafka_consumer_time_lag_ms', ['group', 'topic']),
      metric('queue_oldest_age_seconds', ['queue'], toMs),
    ],
  },
  {
    id: 'lock-waiters',
    unit: 'count',
    matters: true,
    thinned: 'max',
    metrics: [metric('mysql_row_lock_current_waits'), metric('mysql_lock_waiters')],
  },
  {
    id: 'lock-events',
    unit: 'per-second',
    matters: true,
    thinned: 'max',
    metrics: [
      metric('mysql_row_lock_waits'),
      metric('mysql_deadlocks'),
      metric('mysql_slow_queries'),
      metric('redis_slowlog_entries'),
    ],
  },
  {
    id: 'pool',
    unit: 'count',
    matters: true,
    thinned: 'max',
    metrics: [ofProcess('mysql_pool_in_use'), ofProcess('mysql_pool_waiting')],
  },
  {
    id: 'event-loop',
    unit: 'ms',
    matters: true,
    thinned: 'max',
    metrics: [{ ...unnamed(ofProcess('nodejs_eventloop_lag_p99_seconds', toMs)), less: eventLoopTimerMs }],
  },
  {
    id: 'event-loop-use',
    unit: 'percent',
    matters: false,
    thinned: 'mean',
    metrics: [unnamed(ofProcess('nodejs_eventloop_utilization_ratio', 100))],
  },
  {
    id: 'gc',
    unit: 'ms-per-second',
    matters: false,
    thinned: 'max',
    metrics: [unnamed(ofProcess('nodejs_gc_duration_seconds_sum', toMs))],
  },
  {
    id: 'store-time',
    unit: 'ms',
    matters: false,
    thinned: 'max',
    metrics: [metric('redis_ping_ms'), metric('mysql_ping_ms'), metric('kafka_metadata_ms')],
  },
  {
    id: 'store-rate',
    unit: 'per-second',
    matters: false,
    thinned: 'mean',
    metrics: [metric('redis_commands'), metric('mysql_questions'), metric('mysql_commits')],
  },
  {
    id: 'concurrency',
    unit: 'count',
    matters: false,
    thinned: 'max',
    metrics: [ofProcess('http_requests_in_flight'), metric('mysql_threads_running'), metric('redis_blocked_clients')],
  },
  {
    id: 'shed',
    unit: 'per-second',
    matters: false,
    thinned: 'mean',
    metrics: [unnamed(metric('http_requests_shed_total', ['reason']))],
  },
  {
    id: 'cpu',
    unit: 'cores',
    matters: true,
    thinned: 'mean',
    metrics: [metric('host_cpu_busy_cores'), unnamed(ofProcess('process_cpu_cores'))],
  },
  {
    id: 'cpu-wait',
    unit: 'cores',
    matters: false,
    thinned: 'mean',
    metrics: [unnamed(ofProcess('process_cpu_wait_cores'))],
  },
  {
    id: 'memory',
    unit: 'mebibytes',
    matters: false,
    thinned: 'mean',
    metrics: [unnamed(ofProcess('process_rss_bytes', toMebibytes)), metric('redis_used_memory_bytes', [], toMebibytes)],
  },
  {
    id: 'heap',
    unit: 'mebibytes',
    matters: false,
    thinned: 'mean',
    metrics: [
      ofProcess('nodejs_heap_size_used_bytes', toMebibytes),
      ofProcess('nodejs_heap_size_total_bytes', toMebibytes),
    ],
  },
];
