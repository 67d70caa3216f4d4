import type { FindingDraft, Reason } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { mean } from '../stats/mean.ts';
import { quantile } from '../stats/quantile.ts';
import type { LoadQueue } from './load-queue.ts';
import { keysOf, signal } from './signal.ts';
import type { Evidence } from './symptom.ts';

/** What may be the limit, and why. */
export interface Suspect {
  /** `api`, `mysql`, … */
  readonly component: string;
  /** `event-loop`, `pool`, `row-lock`, … */
  readonly resource: string;
  readonly confidence: NonNullable<FindingDraft['confidence']>;
  readonly evidence: readonly Evidence[];
}

/** A resource that requests pass: it is suspected, or ruled out by figures, or neither where nobody watched it. */
export interface Stage {
  readonly suspect: Suspect | null;
  readonly ruledOut: readonly Reason[];
}

/** The probes' readings of the seconds in which requests piled up. Null where there are too few. */
export interface StageReading {
  readonly series: Series;
  /** Requests at the same time, as k6 saw them. */
  readonly inFlight: number;
  readonly meanMs: number;
  values(key: string): readonly number[];
  median(key: string): number | null;
  mean(key: string): number | null;
  keys(name: string, tags?: Readonly<Record<string, string>>): string[];
  evidence(metric: string, value: number, unit: string, comparedWith?: { value: number; what: string }): Evidence;
}

const leastReadings = 3;

export function stageReading(series: Series, queue: LoadQueue): StageReading {
  const { from, to, seconds, inFlight, meanMs } = queue;
  const window = { from: Math.min(...seconds), to: Math.max(...seconds) };
  const values = (key: string) => {
    const inSeconds = signal(series, key, from - 1_000, to).filter(({ t }) => seconds.has(t));
    const read = inSeconds.map(({ value }) => value).filter(Number.isFinite);
    return read.length < leastReadings ? [] : read;
  };
  return {
    series,
    inFlight,
    meanMs,
    values,
    median: (key) => quantile(values(key), 0.5),
    mean: (key) => mean(values(key)),
    keys: (name, tags) => keysOf(series, name, tags),
    evidence: (metric, value, unit, comparedWith) => ({
      ...{ metric, ...window, value, unit },
      comparedWith: comparedWith ?? null,
    }),
  };
}
