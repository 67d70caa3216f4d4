import { withProcess } from '../probes/prometheus.ts';
import type { PrometheusSample } from '../probes/prometheus-text.ts';
import { type Metric, metricKey, metricKeyReader, selects } from '../record/metric-key.ts';

/** What the detector saw at a moment; `t` is when it knew, in epoch milliseconds. */
export type Reading = ScrapeReading | CanaryReading | ProbeReading;

export interface ScrapeReading {
  readonly kind: 'scrape';
  readonly t: number;
  readonly process: string;
  /** Null when it did not answer, or with something else. */
  readonly page: readonly PrometheusSample[] | null;
}

export interface CanaryReading {
  readonly kind: 'canary';
  readonly t: number;
  /** Answered in time, and not with an error of the server. */
  readonly good: boolean;
}

export interface ProbeReading {
  readonly kind: 'probe';
  readonly t: number;
  readonly probe: string;
  /** By metric key; null when the reading failed. */
  readonly values: Readonly<Record<string, number>> | null;
}

/** Finds in each reading, of a scrape or a probe, the series that the selector stands for, as key and value. */
export function seriesFinder(selector: Metric): (reading: Reading) => Array<readonly [key: string, value: number]> {
  const read = metricKeyReader();
  return (reading) => {
    if (reading.kind === 'canary') return [];
    if (reading.kind === 'probe') {
      return Object.entries(reading.values ?? {}).filter(([key]) => selects(selector, read(key)));
    }
    return (reading.page ?? [])
      .filter(({ name, value }) => name === selector.name && Number.isFinite(value))
      .map(({ name, labels, value }) => ({ name, tags: withProcess(labels, reading.process), value }))
      .filter((metric) => selects(selector, metric))
      .map(({ name, tags, value }) => [metricKey(name, tags), value] as const);
  };
}
