import { highestStream } from './highest-stream.ts';
import type { Stream } from './stream.ts';

/**
 * The age of what has waited longest, where somebody tells it: bad beyond the time that it may be late.
 *
 * @param selector metric key; the oldest of its series counts
 * @param unitMs milliseconds of one unit of the metric
 */
export function backlogAgeStream(selector: string, unitMs: number, freshnessMs: number): Stream {
  const name = `backlog:${selector}`;
  const refusal = (oldestMs: number) =>
    oldestMs < freshnessMs ? null : `${name}: entries waited for ${Math.round(oldestMs)} ms while it was calibrated`;
  return highestStream({ name, selector, limit: freshnessMs, unit: unitMs, refusal });
}
