import { metricInfo } from '../record/metric-catalog.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import type { ThresholdResult } from '../record/run-record.ts';
import type { NumberFormat } from './number-format.ts';

// k6's own counters: their `rate` is one per second, that of a Rate metric a share of 1.
const counters = new Set(['http_reqs', 'iterations', 'dropped_iterations', 'data_sent', 'data_received']);
// k6's own times, and those that the scenarios record; k6 gives them in milliseconds.
const times =
  /^(http_req_(?!failed$)\w+|iteration_duration|group_duration|http_wall_time|think_time|grpc_req_duration|ws_\w*(duration|connecting)|\w+_ms)$/;

/** What a threshold was compared with, and between which values it lies where it is not exact. */
export function observedText(
  { metric, expression, observed, range }: ThresholdResult,
  format: NumberFormat,
  units?: Readonly<Record<string, string>>,
): string {
  const text = (value: number | null) => measuredValue(metric, expression, value, format, units);
  if (range === undefined) return text(observed);
  return `≈ ${text(observed)} (${text(range.least)} – ${text(range.most)})`;
}

/**
 * What a threshold was compared with, in the unit of its metric: `rate<0.01` of failures is a share, `p(95)` a time.
 *
 * @param units those that k6 gives for the metrics of the run (`ms`, `By`), by name
 */
export function measuredValue(
  metric: string,
  expression: string,
  value: number | null,
  format: NumberFormat,
  units: Readonly<Record<string, string>> = {},
): string {
  const { name } = parseMetricKey(metric);
  const method = /^\s*([a-z]+)/.exec(expression)?.[1] ?? '';
  const { kind, unit } = metricInfo(name);
  if (method === 'rate' && value !== null) {
    if (counters.has(name) || (kind === 'counter' && unit === '')) return `${format.plain(value)}/s`;
    return format.share(value);
  }
  if (method === 'count') return format.plain(value);
  if (times.test(name) || units[name] === 'ms') return format.time(value);
  if (value === null) return format.plain(value);
  if (unit === 'ratio') return format.share(value);
  if (unit === 'seconds') return format.time(value * 1_000);
  if (unit === 'bytes') return `${format.plain(value)} B`;
  return format.plain(value);
}
