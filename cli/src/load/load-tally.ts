import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';

/** What one run's series add up to. */
export interface LoadTally {
  add(line: LoadLine): void;
  requests(): number;
  /** Requests that k6's dialer refused for their address (error code 1110). */
  refused(): number;
  /** Whether a metric had samples under these tags, by its key or a threshold's selector. */
  hasSamples(selector: string): boolean;
}

const refusedCode = '1110';

export function loadTally(): LoadTally {
  let requests = 0;
  let refused = 0;
  const seen = new Map<string, Metric>();
  const metricOf = (key: string): Metric => {
    const known = seen.get(key);
    if (known !== undefined) return known;
    const metric = parseMetricKey(key);
    seen.set(key, metric);
    return metric;
  };
  return {
    add: (line) => {
      for (const [key, value] of Object.entries(line.counters)) {
        const { name, tags } = metricOf(key);
        if (name !== 'http_reqs') continue;
        requests += value;
        if (tags.error_code === refusedCode) refused += value;
      }
      for (const key of [...Object.keys(line.gauges), ...Object.keys(line.histograms)]) metricOf(key);
    },
    requests: () => requests,
    refused: () => refused,
    hasSamples: (selector) => {
      const wanted = parseMetricKey(selector);
      return [...seen.values()].some((metric) => selects(wanted, metric));
    },
  };
}
