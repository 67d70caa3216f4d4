import { metricKey } from '../record/metric-key.ts';
import { LoadkitError } from '../system/error.ts';
import type { Probe } from './probe.ts';
import { parsePrometheusText } from './prometheus-text.ts';

export interface PrometheusProbeOptions {
  /** Process that answers, `api`: becomes the tag `process`. */
  readonly process: string;
  readonly url: string;
  readonly timeoutMs?: number;
  /** A stranger's service may expose thousands of series; the rest is left out and counted in a note. */
  readonly mostSeries?: number;
}

/**
 * `/metrics` of one process, every series with the tag `process` (a label of that name becomes `exported_process`,
 * as in Prometheus). Buckets of histograms and values that are not finite are left out.
 */
export function prometheusProbe(options: PrometheusProbeOptions): Probe {
  const { process, url, timeoutMs = 1_900, mostSeries = 500 } = options;
  let leftOut = 0;

  return {
    name: `prometheus:${process}`,
    timeoutMs,
    read: async (signal) => {
      const response = await fetch(url, { signal, headers: { accept: 'text/plain' } });
      const text = await response.text();
      if (!response.ok) throw new LoadkitError('metrics-refused', `${url} answered ${response.status}`);
      const { samples, unreadable } = parsePrometheusText(text);
      if (samples.length === 0 && unreadable > 0) {
        throw new LoadkitError('metrics-unreadable', `${url} answered no Prometheus text`);
      }
      const values: Record<string, number> = {};
      let kept = 0;
      let dropped = 0;
      for (const { name, labels, value } of samples) {
        if (!Number.isFinite(value) || (name.endsWith('_bucket') && labels.le !== undefined)) continue;
        if (kept === mostSeries) {
          dropped += 1;
          continue;
        }
        values[metricKey(name, withProcess(labels, process))] = value;
        kept += 1;
      }
      leftOut = dropped;
      return values;
    },
    notes: () => (leftOut === 0 ? [] : [`${url}: ${leftOut} series beyond the first ${mostSeries} are not recorded`]),
    close: async () => undefined,
  };
}

function withProcess(labels: Readonly<Record<string, string>>, process: string): Record<string, string> {
  const { process: own, ...rest } = labels;
  return own === undefined ? { ...rest, process } : { ...rest, exported_process: own, process };
}
