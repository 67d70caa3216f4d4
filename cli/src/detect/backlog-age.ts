import { parseMetricKey } from '../record/metric-key.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

/**
 * The age of what has waited longest, where somebody tells it: bad beyond the time that it may be late.
 *
 * @param selector metric key; the oldest of its series counts
 * @param unitMs milliseconds of one unit of the metric
 */
export function backlogAgeStream(selector: string, unitMs: number, freshnessMs: number): Stream {
  const name = `backlog:${selector}`;
  const find = seriesFinder(parseMetricKey(selector));
  let [samples, oldestMs] = [0, 0];
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      const ages = find(reading).map(([, value]) => value * unitMs);
      if (ages.length === 0) return [];
      if (signal !== null) return signal.judge(reading.t, Math.max(...ages));
      samples += 1;
      oldestMs = Math.max(oldestMs, ...ages);
      return [];
    },
    begin: () => {
      [samples, oldestMs] = [0, 0];
    },
    calibrate: () => {
      if (samples === 0) return null;
      if (oldestMs >= freshnessMs) {
        return { refused: `${name}: entries waited for ${Math.round(oldestMs)} ms while it was calibrated` };
      }
      signal = createLimitSignal(name, freshnessMs, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
