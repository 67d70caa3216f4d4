import { parseMetricKey } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';

/** What one run's series add up to: requests, and the names of the metrics that had samples. */
export interface LoadTally {
  add(line: LoadLine): void;
  requests(): number;
  hasSamples(metricName: string): boolean;
}

export function loadTally(): LoadTally {
  let requests = 0;
  const names = new Set<string>();
  return {
    add: (line) => {
      for (const [key, value] of Object.entries(line.counters)) {
        const { name } = parseMetricKey(key);
        names.add(name);
        if (name === 'http_reqs') requests += value;
      }
      for (const key of [...Object.keys(line.gauges), ...Object.keys(line.histograms)]) {
        names.add(parseMetricKey(key).name);
      }
    },
    requests: () => requests,
    hasSamples: (metricName) => names.has(metricName),
  };
}
