import { k6Scenarios } from '../record/k6-scenario.ts';
import type { Load, RunRecord } from '../record/run-record.ts';
import type { GoodSecond } from './good-second.ts';

/** Exports that are shorter are the first or the last of a load, and no second. */
const leastLength = 0.5;

export interface LoadedRun extends Pick<RunRecord, 'scenario'> {
  readonly load: Pick<Load, 'startedAt' | 'endedAt'> | null;
}

/**
 * Picks the whole seconds in which load was offered: from the first answer to the planned end, after which k6 only waits for
 * what it has begun. What is answered then counts as damage, but tells nothing of recovery.
 *
 * @param whole of all requests together
 */
export function whileOffered(
  { load, scenario }: LoadedRun,
  whole: readonly GoodSecond[],
): (second: GoodSecond) => boolean {
  if (load === null) return () => false;
  const scenarios = k6Scenarios(scenario?.options.scenarios);
  const planned = Math.max(0, ...scenarios.map(({ startMs, lengthMs }) => startMs + lengthMs));
  const begin = whole.find(({ offered }) => offered > 0)?.from ?? load.startedAt;
  const end = planned === 0 ? load.endedAt : Math.min(load.endedAt, begin + planned);
  return ({ from, to, seconds }) => seconds >= leastLength && from >= begin && to <= end;
}
