import { parseMetricKey } from '../record/metric-key.ts';
import { mostUsualBacklog } from '../stats/usual-backlog.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

interface Queue {
  /** The most that waited while it was calibrated; 0 for one that came later. */
  most: number;
  /** When no more than is usual waited for the last time. */
  usualAt: number;
  /** For how long more has waited now. Milliseconds. */
  aboveMs: number;
}

/**
 * What waits to be processed: bad when it has not been down to what is usual under this load for as long as it may be late.
 * A reading that failed says nothing. Of more requests more wait as long as before (Little's law), so that in a surge more is
 * usual.
 *
 * @param selector metric key; one without tags stands for all its series, the worst of which counts
 * @param throughput how many times as much is answered as was while it was calibrated; 1 at least
 */
export function backlogStream(selector: string, freshnessMs: number, throughput: () => number): Stream {
  const name = `backlog:${selector}`;
  const find = seriesFinder(parseMetricKey(selector));
  const queues = new Map<string, Queue>();
  let samples = 0;
  let signal: LimitSignal | null = null;

  const learn = (key: string, value: number, t: number): void => {
    queues.set(key, { most: Math.max(value, queues.get(key)?.most ?? 0), usualAt: t, aboveMs: 0 });
    samples += 1;
  };
  const follow = (key: string, value: number, t: number): void => {
    const queue = queues.get(key) ?? { most: 0, usualAt: t, aboveMs: 0 };
    if (value <= mostUsualBacklog(queue.most) * throughput()) queue.usualAt = t;
    queue.aboveMs = t - queue.usualAt;
    queues.set(key, queue);
  };

  return {
    name,
    observe: (reading) => {
      const found = find(reading);
      for (const [key, value] of found) (signal === null ? learn : follow)(key, value, reading.t);
      if (signal === null || found.length === 0) return [];
      return signal.judge(reading.t, Math.max(...[...queues.values()].map(({ aboveMs }) => aboveMs)));
    },
    begin: () => {
      queues.clear();
      samples = 0;
    },
    calibrate: () => {
      signal = createLimitSignal(name, freshnessMs, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
