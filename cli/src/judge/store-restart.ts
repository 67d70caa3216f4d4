import type { SampleLine } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { beganAnew } from '../stats/window.ts';

/** Time since its start, by the store that says it. */
const uptimes = { redis: 'redis_uptime_seconds', mysql: 'mysql_uptime_seconds' } as const;

/**
 * Stores that ran for a shorter time than a second before, between `from` and `to`: they were started again, or another
 * server answered in their place. Their counters began at 0 then, and what the former ones held is lost.
 */
export function restartedStores({ readings }: Pick<Series, 'readings'>, from: number, to: number): string[] {
  return Object.keys(uptimes).filter((store) => wasRestarted(readings.get(store) ?? [], from, to));
}

/** The same by the readings of one probe; false for one that says no uptime. */
export function wasRestarted(readings: readonly SampleLine[], from: number, to: number): boolean {
  return Object.values(uptimes).some((metric) => {
    const known = readings.flatMap(({ t, values }) => {
      const value = values?.[metric];
      return value === undefined ? [] : [{ t, value }];
    });
    return beganAnew(known, from, to);
  });
}
