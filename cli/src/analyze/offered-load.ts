import { type K6Scenario, k6Scenarios } from '../record/k6-scenario.ts';
import type { Load, Scenario } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { type LoadSecond, loadSeconds, wholeSeconds } from './load-second.ts';

/** True where the load is meant to be the same from its beginning to its end; also where nothing is known of it. */
export function isOneLevel(scenario: Scenario | null): boolean {
  const all = k6Scenarios(scenario?.options.scenarios);
  const [first] = all;
  return all.every(
    (one) => isFlat(one) && one.startMs === first?.startMs && (one.lengthMs === first.lengthMs || one.endsEarly),
  );
}

/** k6 starts a ramp at `startVUs` (1) or `startRate` (0). */
function isFlat({ stages, isOpen, startRate, startVUs }: K6Scenario): boolean {
  const start = isOpen ? (startRate ?? 0) : (startVUs ?? 1);
  return stages.every(({ target }) => target === start);
}

/**
 * The whole seconds in which load was offered: up to the planned end, after which k6 only waits for what it has begun.
 * Where iterations are counted, up to the moment when the first user had none left.
 */
export function offeredSeconds(load: Load, scenario: Scenario | null, series: Series): LoadSecond[] {
  const all = loadSeconds(series);
  const scenarios = k6Scenarios(scenario?.options.scenarios);
  const planned = Math.max(0, ...scenarios.map(({ startMs, lengthMs }) => startMs + lengthMs));
  const begin = all.find(({ requests }) => requests > 0)?.from ?? load.startedAt;
  const end = planned === 0 ? load.endedAt : Math.min(load.endedAt, begin + planned);
  const seconds = wholeSeconds(all, begin, end);
  return scenarios.some(({ endsEarly }) => endsEarly) ? withoutLeaving(seconds) : seconds;
}

function withoutLeaving(seconds: readonly LoadSecond[]): LoadSecond[] {
  const most = seconds.reduce((max, { vus }) => Math.max(max, vus ?? 0), 0);
  const last = seconds.findLastIndex(({ vus }) => vus === most);
  return last < 0 ? [...seconds] : seconds.slice(0, last + 1);
}
