import { parseMetricKey, selects } from '../record/metric-key.ts';
import type { Drain } from '../record/run-record.ts';
import type { SampleLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';

const secondMs = 1000;
const pollMs = 100;
const keptSeconds = 10;

/** Follows what waits to be processed, from the samples as they come. */
export interface Backlog {
  observe(line: SampleLine): void;
  /** First of two consecutive seconds, neither before `since`, in which nothing waited; null when there are none yet. */
  emptySince(since: number): number | null;
  /** Last reading of each metric of the backlog. */
  left(): Record<string, number>;
}

/**
 * @param selectors metric keys; one without tags stands for all its series
 *
 * A second counts as empty when each selector has a series, and each series that was ever seen has the value 0 in it:
 * a late or failed reading is not an empty backlog. Two in a row, because a record on its way from one queue to the next
 * may be in neither at the moment of a reading. Without selectors there is nothing to wait for.
 */
export function watchBacklog(selectors: readonly string[]): Backlog {
  const wanted = selectors.map((key) => ({ metric: parseMetricKey(key), series: new Set<string>() }));
  const latest = new Map<string, number>();
  const seconds = new Map<number, Map<string, number>>();

  const isEmpty = (t: number): boolean => {
    const values = seconds.get(t);
    return wanted.every(({ series }) => series.size > 0 && [...series].every((key) => values?.get(key) === 0));
  };

  return {
    observe: (line) => {
      if (line.values === undefined) return;
      for (const [key, value] of Object.entries(line.values)) {
        const metric = parseMetricKey(key);
        const matching = wanted.filter((selector) => selects(selector.metric, metric));
        if (matching.length === 0) continue;
        for (const { series } of matching) series.add(key);
        latest.set(key, value);
        const second = seconds.get(line.t) ?? new Map<string, number>();
        seconds.set(line.t, second.set(key, value));
      }
      for (const t of seconds.keys()) if (t < line.t - keptSeconds * secondMs) seconds.delete(t);
    },
    emptySince: (since) => {
      if (wanted.length === 0) return since;
      const found = [...seconds.keys()]
        .sort((a, b) => a - b)
        .find((t) => t >= since && isEmpty(t) && isEmpty(t + secondMs));
      return found ?? null;
    },
    left: () => Object.fromEntries(latest),
  };
}

export interface DrainOptions {
  readonly backlog: Backlog;
  /** When the load ended, in epoch milliseconds. Older readings do not count. */
  readonly since: number;
  /** Longest wait after `since`. */
  readonly limitMs: number;
  readonly clock: Clock;
  /** Gives up waiting; the backlog then counts as not drained. */
  readonly signal: AbortSignal;
}

/** Waits until the backlog is empty. Not to drain in time is a result, not an error. */
export async function waitForDrain(options: DrainOptions): Promise<Drain> {
  const { backlog, since, limitMs, clock, signal } = options;
  for (;;) {
    const emptyAt = backlog.emptySince(since);
    if (emptyAt !== null) return { drained: true, tookMs: emptyAt - since, limitMs, left: backlog.left() };
    const waited = clock.now() - since;
    if (waited >= limitMs || signal.aborted) return { drained: false, tookMs: waited, limitMs, left: backlog.left() };
    await clock.sleep(Math.min(pollMs, limitMs - waited), signal).catch(() => undefined);
  }
}
