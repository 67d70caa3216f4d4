import type { Series } from '../record/series-index.ts';
import { beganAnew } from '../stats/window.ts';

/** Time since its start, by the store that says it. */
const uptimes = { redis: 'redis_uptime_seconds', mysql: 'mysql_uptime_seconds' } as const;

/**
 * Stores that ran for a shorter time than a second before, between `from` and `to`: they were started again, or another
 * server answered in their place. Their counters began at 0 then, and what the former ones held is lost.
 */
export function restartedStores({ points }: Pick<Series, 'points'>, from: number, to: number): string[] {
  return Object.entries(uptimes)
    .filter(([, metric]) => beganAnew(points.get(metric) ?? [], from, to))
    .map(([store]) => store);
}
