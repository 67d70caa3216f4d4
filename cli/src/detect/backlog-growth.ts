import { parseMetricKey } from '../record/metric-key.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

interface Queue {
  /** The most that waited while it was calibrated; 0 for one that came later. */
  readonly most: number;
  readonly latest: number;
  /** Last reading that was no more than the one before it. */
  readonly steadyAt: number;
}

/** For so long each reading is more than the one before it. Normal load goes up and down, and a batch comes down at once. */
const growsForMs = 5_000;
/** Growth below that is none that anybody waits for: three times the most that was usual, and 20 entries more. */
const higher = 3;
const leastHigher = 20;

/**
 * What waits to be processed, and is not: it grows without a break, far beyond what is usual. That is told before anything has
 * waited for longer than it may.
 *
 * @param selector metric key; one without tags stands for all its series, each of which is followed
 */
export function backlogGrowthStream(selector: string): Stream {
  const name = `backlog-growth:${selector}`;
  const find = seriesFinder(parseMetricKey(selector));
  const queues = new Map<string, Queue>();
  let samples = 0;
  let signal: LimitSignal | null = null;

  const grownForMs = (key: string, value: number, t: number): number => {
    const before = queues.get(key) ?? { most: 0, latest: value, steadyAt: t };
    const queue = { ...before, latest: value, steadyAt: value > before.latest ? before.steadyAt : t };
    queues.set(key, queue);
    return value > Math.max(higher * queue.most, queue.most + leastHigher) ? t - queue.steadyAt : 0;
  };

  return {
    name,
    observe: (reading) => {
      const found = find(reading);
      if (found.length === 0) return [];
      if (signal !== null) {
        const grown = found.map(([key, value]) => grownForMs(key, value, reading.t));
        return signal.judge(reading.t, Math.max(...grown));
      }
      samples += 1;
      for (const [key, value] of found) {
        queues.set(key, { most: Math.max(value, queues.get(key)?.most ?? 0), latest: value, steadyAt: reading.t });
      }
      return [];
    },
    begin: () => {
      queues.clear();
      samples = 0;
    },
    calibrate: () => {
      if (samples === 0) return null;
      signal = createLimitSignal(name, growsForMs, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
