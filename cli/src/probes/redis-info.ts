import { metricKey } from '../record/metric-key.ts';

/** Fields of Redis' `INFO` reply by name, as text. */
export function parseRedisInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

const plain = {
  redis_uptime_seconds: 'uptime_in_seconds',
  redis_commands: 'total_commands_processed',
  redis_used_memory_bytes: 'used_memory',
  redis_connected_clients: 'connected_clients',
  redis_blocked_clients: 'blocked_clients',
  redis_evicted_keys: 'evicted_keys',
  redis_rejected_connections: 'rejected_connections',
  redis_error_replies: 'total_error_replies',
} as const;

/** The metrics that stand in `INFO`. Times in INFO are microseconds, ours milliseconds. */
export function redisInfoValues(info: ReadonlyMap<string, string>): Record<string, number> {
  const values: Record<string, number> = {};
  const put = (key: string, value: number | undefined): void => {
    if (value !== undefined) values[key] = value;
  };
  for (const [metric, field] of Object.entries(plain)) put(metric, number(info.get(field)));
  for (const [field, text] of info) {
    const parts = parseParts(text);
    const command = after(field, 'cmdstat_');
    if (command !== undefined) {
      put(metricKey('redis_command_calls', { command }), number(parts.get('calls')));
      put(metricKey('redis_command_ms', { command }), milliseconds(parts.get('usec')));
    }
    const error = after(field, 'errorstat_');
    if (error !== undefined) put(metricKey('redis_errors', { error }), number(parts.get('count')));
    const timed = after(field, 'latency_percentiles_usec_');
    if (timed !== undefined) {
      put(metricKey('redis_command_p99_ms', { command: timed }), milliseconds(parts.get('p99')));
    }
  }
  put('redis_replication_lag_bytes', replicationLag(info));
  return values;
}

/** Bytes by which the slowest replica is behind; absent on a server without replicas. */
function replicationLag(info: ReadonlyMap<string, string>): number | undefined {
  const written = number(info.get('master_repl_offset'));
  if (info.get('role') !== 'master' || written === undefined) return undefined;
  const offsets = [...info]
    .filter(([field]) => /^slave\d+$/.test(field))
    .map(([, text]) => number(parseParts(text).get('offset')))
    .filter((offset) => offset !== undefined);
  const slowest = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  return offsets.length === 0 ? undefined : Math.max(0, written - slowest);
}

/** `calls=3,usec=12` */
function parseParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(',')) {
    const sign = part.indexOf('=');
    if (sign > 0) parts.set(part.slice(0, sign), part.slice(sign + 1));
  }
  return parts;
}

function after(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/** Only what Redis itself would write: `Number` takes a blank for 0. */
function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function milliseconds(microseconds: string | undefined): number | undefined {
  const value = number(microseconds);
  return value === undefined ? undefined : value / 1000;
}
