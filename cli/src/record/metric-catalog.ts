/**
 * The metrics that loadkit's own probes record, with kind and unit.
 *
 * A counter is recorded as the server's own running total; its increase over a window is taken when it is judged
 * (a total that goes back means that the server restarted, never a negative rate). A gauge is the value at that second.
 */
export interface MetricInfo {
  readonly kind: 'counter' | 'gauge';
  readonly unit: '' | 'ms' | 'bytes' | 'cores' | 'ratio' | 'records' | 'seconds';
}

const counter = { kind: 'counter', unit: '' } as const satisfies MetricInfo;
const gauge = { kind: 'gauge', unit: '' } as const satisfies MetricInfo;
const gaugeMs = { kind: 'gauge', unit: 'ms' } as const satisfies MetricInfo;
const gaugeBytes = { kind: 'gauge', unit: 'bytes' } as const satisfies MetricInfo;
const gaugeCores = { kind: 'gauge', unit: 'cores' } as const satisfies MetricInfo;
const gaugeSeconds = { kind: 'gauge', unit: 'seconds' } as const satisfies MetricInfo;
const gaugeRatio = { kind: 'gauge', unit: 'ratio' } as const satisfies MetricInfo;
const gaugeRecords = { kind: 'gauge', unit: 'records' } as const satisfies MetricInfo;
const counterMs = { kind: 'counter', unit: 'ms' } as const satisfies MetricInfo;
const counterRecords = { kind: 'counter', unit: 'records' } as const satisfies MetricInfo;

/** Tags in braces are always there. */
const catalog: Readonly<Record<string, MetricInfo>> = {
  redis_ping_ms: gaugeMs,
  redis_uptime_seconds: gaugeSeconds,
  redis_commands: counter,
  redis_used_memory_bytes: gaugeBytes,
  redis_connected_clients: gauge,
  redis_blocked_clients: gauge,
  redis_evicted_keys: counter,
  redis_rejected_connections: counter,
  redis_slowlog_entries: counter,
  redis_replication_lag_bytes: gaugeBytes,
  redis_command_calls: counter, // {command}
  redis_command_ms: counterMs, // {command}
  redis_errors: counter, // {error}
  redis_error_replies: counter,
  redis_command_p99_ms: gaugeMs, // {command}
  redis_stream_lag: gaugeRecords, // {stream,group}
  redis_stream_pending: gaugeRecords, // {stream,group}
  redis_lock_ttl_ms: gaugeMs, // {key}; -1: never expires

  mysql_ping_ms: gaugeMs,
  mysql_uptime_seconds: gaugeSeconds,
  mysql_threads_running: gauge,
  mysql_threads_connected: gauge,
  mysql_row_lock_waits: counter,
  mysql_row_lock_ms: counterMs,
  mysql_row_lock_current_waits: gauge,
  mysql_lock_waiters: gauge,
  mysql_deadlocks: counter,
  mysql_slow_queries: counter,
  mysql_commits: counter,
  mysql_questions: counter,
  outbox_pending_rows: gaugeRecords,

  kafka_metadata_ms: gaugeMs,
  kafka_consumer_lag: gaugeRecords, // {group,topic}
  kafka_consumer_time_lag_ms: gaugeMs, // {group,topic}
  kafka_end_offset: counterRecords, // {topic}
  kafka_committed_offset: counterRecords, // {group,topic}
  kafka_group_members: gauge, // {group}

  process_cpu_cores: gaugeCores, // {process}
  process_cpu_wait_cores: gaugeCores, // {process}: runnable, but waiting for a processor
  process_rss_bytes: gaugeBytes, // {process}
  process_threads: gauge, // {process}
  process_open_fds: gauge, // {process}
  host_cpu_busy_cores: gaugeCores,
  host_cpu_steal_ratio: gaugeRatio,
  host_memory_available_bytes: gaugeBytes,
  host_load1: gauge,

  detector_cusum: gauge, // {signal}
  detector_burn_rate: gauge, // {signal,window}
  detector_value: gauge, // {signal}: in the unit of its limit
};

/** Kind and unit of a metric by name; for a stranger's Prometheus series by its conventional suffix. */
export function metricInfo(name: string): MetricInfo {
  const known = Object.hasOwn(catalog, name) ? catalog[name] : undefined;
  if (known !== undefined) return known;
  if (/_(total|count|sum)$/.test(name)) return counter;
  if (name.endsWith('_seconds')) return gaugeSeconds;
  if (name.endsWith('_bytes')) return gaugeBytes;
  return gauge;
}

/** Node's monitorEventLoopDelay counts the time between two timers: prom-client sets them so many ms apart, which is no delay. */
export const eventLoopTimerMs = 10;

/** Names of the metrics of loadkit's own probes. */
export const probeMetricNames: readonly string[] = Object.keys(catalog);
