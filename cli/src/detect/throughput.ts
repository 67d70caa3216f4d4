import { quantile } from '../stats/quantile.ts';
import { countAnswers } from './answer-count.ts';
import type { Reading } from './reading.ts';

/** How much more the service answers than it did while this was learnt. */
export interface Throughput {
  observe(reading: Reading): void;
  /** What was read before `t` is forgotten. Epoch milliseconds. */
  begin(t: number): void;
  calibrate(): void;
  /** Of the last two scrapes, the higher; 1 where no more is answered than was usual, or nobody counts. */
  factor(): number;
}

interface Interval {
  readonly t: number;
  readonly perSecond: number;
}

/** @param isLeftOut requests that are no part of the load: the canary's own */
export function createThroughput(isLeftOut: Parameters<typeof countAnswers>[2]): Throughput {
  const former = new Map<string, { readonly t: number; readonly answers: number }>();
  const intervals = new Map<string, readonly Interval[]>();
  let usual: ReadonlyMap<string, number> | null = null;

  const add = (process: string, interval: Interval): void => {
    const before = intervals.get(process) ?? [];
    // Once it has learnt, two of them tell how it is now.
    intervals.set(process, [...(usual === null ? before : before.slice(-1)), interval]);
  };

  return {
    observe: (reading) => {
      if (reading.kind !== 'scrape' || reading.page === null) return;
      const { t, process, page } = reading;
      const { good, bad } = countAnswers(page, Number.POSITIVE_INFINITY, isLeftOut);
      const answers = good + bad;
      const before = former.get(process);
      former.set(process, { t, answers });
      if (before === undefined || t <= before.t) return;
      const grown = answers < before.answers ? answers : answers - before.answers;
      add(process, { t, perSecond: (grown * 1_000) / (t - before.t) });
    },
    begin: (t) => {
      for (const [process, all] of intervals) {
        intervals.set(
          process,
          all.filter((interval) => interval.t >= t),
        );
      }
    },
    calibrate: () => {
      usual = new Map([...intervals].map(([process, all]) => [process, median(all)]));
      intervals.clear();
    },
    factor: () => {
      const known = [...(usual ?? [])].filter(([, perSecond]) => perSecond > 0);
      const factors = known.map(([process, perSecond]) => {
        const latest = intervals.get(process) ?? [];
        return Math.max(1, ...latest.map((interval) => interval.perSecond / perSecond));
      });
      return Math.max(1, ...factors);
    },
  };
}

function median(intervals: readonly Interval[]): number {
  return (
    quantile(
      intervals.map(({ perSecond }) => perSecond),
      0.5,
    ) ?? 0
  );
}
