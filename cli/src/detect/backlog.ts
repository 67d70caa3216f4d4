import { workedOffKey } from '../record/backlog-metric.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import { mostUsualBacklog } from '../stats/usual-backlog.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { type Reading, seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

/** A running total, from the first to the last time at which it was read. */
interface Total {
  readonly first: number;
  readonly since: number;
  readonly last: number;
  readonly until: number;
}

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
  /** Of what was worked off while it was calibrated, by the key of its queue. */
  const workedOff = new Map<string, Total>();
  let samples = 0;
  let signal: LimitSignal | null = null;

  const learn = (key: string, value: number, t: number): void => {
    queues.set(key, { most: Math.max(value, queues.get(key)?.most ?? 0), usualAt: t, aboveMs: 0 });
    samples += 1;
  };
  const learnWorkedOff = (key: string, reading: Reading): void => {
    const total = reading.kind === 'probe' ? reading.values?.[workedOffKey(key) ?? ''] : undefined;
    if (total === undefined) return;
    const { first, since } = workedOff.get(key) ?? { first: total, since: reading.t };
    workedOff.set(key, { first, since, last: total, until: reading.t });
  };
  const follow = (key: string, value: number, t: number): void => {
    const queue = queues.get(key) ?? { most: 0, usualAt: t, aboveMs: 0 };
    if (value <= mostUsualBacklog(queue.most, perSecond(workedOff.get(key))) * throughput()) queue.usualAt = t;
    queue.aboveMs = t - queue.usualAt;
    queues.set(key, queue);
  };

  return {
    name,
    observe: (reading) => {
      const found = find(reading);
      for (const [key, value] of found) {
        (signal === null ? learn : follow)(key, value, reading.t);
        if (signal === null) learnWorkedOff(key, reading);
      }
      if (signal === null || found.length === 0) return [];
      return signal.judge(reading.t, Math.max(...[...queues.values()].map(({ aboveMs }) => aboveMs)));
    },
    begin: () => {
      queues.clear();
      workedOff.clear();
      samples = 0;
    },
    calibrate: () => {
      signal = createLimitSignal(name, freshnessMs, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}

/** 0 where nobody counts, or the count began anew. */
function perSecond(total: Total | undefined): number {
  if (total === undefined || total.until <= total.since) return 0;
  return Math.max(0, ((total.last - total.first) * 1_000) / (total.until - total.since));
}
