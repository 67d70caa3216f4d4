import type { GoodSecond } from './good-second.ts';
import { availabilityOf, type Tolerance } from './tolerance.ts';

/** What became of an API from the impact to the restoration. */
export interface ApiCourse {
  /** Its `name` tag; `*` for all requests of a script that names none. */
  readonly api: string;
  /** The whole seconds of the load, with what users got of each. */
  readonly seconds: ReadonlyArray<{ readonly from: number; readonly to: number; readonly availability: number }>;
  /** Good ones among all that was offered; null when nothing was. */
  readonly goodShare: number | null;
  readonly worstP95Ms: number | null;
  readonly baselineP95Ms: number | null;
}

/**
 * @param seconds all of the time, with what was answered after the load's end
 * @param offered those in which load was offered
 */
export function apiCourse(
  api: string,
  {
    seconds,
    offered,
    tolerance,
  }: {
    readonly seconds: readonly GoodSecond[];
    readonly offered: readonly GoodSecond[];
    readonly tolerance: Tolerance;
  },
): ApiCourse {
  const all = seconds.reduce((sum, second) => sum + second.offered, 0);
  const good = seconds.reduce((sum, second) => sum + second.good, 0);
  const times = offered.flatMap(({ p95Ms }) => p95Ms ?? []);
  return {
    api,
    seconds: offered.map((second) => ({
      from: second.from,
      to: second.to,
      availability: availabilityOf(second, tolerance),
    })),
    goodShare: all > 0 ? good / all : null,
    worstP95Ms: times.length === 0 ? null : Math.max(...times),
    baselineP95Ms: tolerance.baseline.p95Ms,
  };
}

/** Longest time, in ms, for which all of these APIs at once gave users less than `share`; 0 for none. */
export function longestBelow(apis: readonly ApiCourse[], share: number): number {
  const [first] = apis;
  let longest = 0;
  let since: number | null = null;
  for (const [index, { from, to }] of (first?.seconds ?? []).entries()) {
    const isBelow = apis.every(({ seconds }) => (seconds[index]?.availability ?? 1) < share);
    since = isBelow ? (since ?? from) : null;
    if (since !== null) longest = Math.max(longest, to - since);
  }
  return longest;
}
