import { metricKey } from '../record/metric-key.ts';
import { LoadkitError } from '../system/error.ts';
import { maskSecrets } from '../system/secret.ts';
import { fetchMetrics } from './metrics-page.ts';
import type { Probe } from './probe.ts';
import { parsePrometheusText } from './prometheus-text.ts';

export interface PrometheusProbeOptions {
  /** Process that answers, `api`: becomes the tag `process`. */
  readonly process: string;
  readonly url: string;
  readonly timeoutMs?: number;
  /** A stranger's service may expose thousands of series; the rest is left out and counted in a note. */
  readonly mostSeries?: number;
  /** Longest answer that is read. */
  readonly mostBytes?: number;
}

/**
 * `/metrics` of one process, every series with the tag `process` (a label of that name becomes `exported_process`,
 * as in Prometheus). Buckets of histograms and values that are not finite are left out.
 */
export function prometheusProbe(options: PrometheusProbeOptions): Probe {
  const { process, url, timeoutMs = 1_900, mostSeries = 500, mostBytes = 4_000_000 } = options;
  let notes: string[] = [];

  return {
    name: `prometheus:${process}`,
    timeoutMs,
    read: async (signal) => {
      const { text, isCut } = await fetchMetrics(url, mostBytes, signal);
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
      notes = [
        ...(samples.length === 0 ? ['it has no metrics'] : []),
        ...(isCut ? [`only the first ${mostBytes / 1_000_000} MB of its answer are read`] : []),
        ...(dropped === 0 ? [] : [`${dropped} series beyond the first ${mostSeries} are not recorded`]),
        ...(unreadable === 0 ? [] : [`${unreadable} lines are no samples`]),
      ].map((note) => `${maskSecrets(url)}: ${note}`);
      return values;
    },
    notes: () => notes,
    close: async () => undefined,
  };
}

/** The labels of a series with the process that shows it; a label of that name becomes `exported_process`. */
export function withProcess(labels: Readonly<Record<string, string>>, process: string): Record<string, string> {
  const { process: own, ...rest } = labels;
  return own === undefined ? { ...rest, process } : { ...rest, exported_process: own, process };
}
