import { parseMetricKey } from '../record/metric-key.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

export interface HighestStreamOptions {
  readonly name: string;
  /** Metric key; of its series the highest counts. */
  readonly selector: string;
  /** Of the alarm, in the unit of the metric times `unit`. */
  readonly limit: number;
  readonly unit?: number;
  /** Why it cannot be watched when that was the highest while it was calibrated; null: it can. */
  readonly refusal: (highest: number) => string | null;
}

/** A value that is bad from its limit on, whatever is usual. A reading that failed says nothing. */
export function highestStream({ name, selector, limit, unit = 1, refusal }: HighestStreamOptions): Stream {
  const find = seriesFinder(parseMetricKey(selector));
  let [samples, highest] = [0, 0];
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      const values = find(reading).map(([, value]) => value * unit);
      if (values.length === 0) return [];
      if (signal !== null) return signal.judge(reading.t, Math.max(...values));
      samples += 1;
      highest = Math.max(highest, ...values);
      return [];
    },
    begin: () => {
      [samples, highest] = [0, 0];
    },
    calibrate: () => {
      if (samples === 0) return null;
      const refused = refusal(highest);
      if (refused !== null) return { refused };
      signal = createLimitSignal(name, limit, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
