import { hasSamplesOf, k6Scenarios } from '../record/k6-scenario.ts';
import type { ReportedRun } from './api-figures.ts';
import { summaryOf } from './summary-metric.ts';

/** When k6's scenarios began and when the load was over. Epoch milliseconds, right to a second. */
export interface LoadTime {
  readonly beganAt: number;
  readonly endedAt: number;
}

// On a busy machine k6 flushes samples late: they then count for the next export.
const flushMs = 300;

/**
 * k6 is started some time before its scenarios begin (it makes users, it runs `setup()`), and records no such moment.
 * A scenario began with its `startTime` in the export interval that brought its first samples, which bounds it to a
 * second. The time that k6 itself counts, back from its last export, is right to some hundredths where it lies within;
 * with a `setup()` it does not.
 */
export function loadTime({ record, series }: ReportedRun): LoadTime | null {
  const { load } = record;
  if (load === null) return null;
  const endedAt = Math.min(load.endedAt, series.load.at(-1)?.t ?? load.endedAt);
  const { earliest, latest } = bounds({ record, series }, load.startedAt, endedAt);
  const countedMs = load.withoutSummary ? load.testMs : ofSummary(record);
  const byK6 = countedMs === null ? null : endedAt - countedMs;
  const fits = byK6 !== null && byK6 >= earliest - flushMs && byK6 <= latest;
  return { beganAt: fits ? byK6 : (earliest + latest) / 2, endedAt };
}

function ofSummary(record: ReportedRun['record']): number | null {
  const { count, rate } = summaryOf(record, 'http_reqs') ?? {};
  return count !== undefined && rate !== undefined && rate > 0 ? (count / rate) * 1_000 : null;
}

/** By the scenario that answered soonest after its `startTime`: one that began under overload may have answered late. */
function bounds({ record, series }: ReportedRun, startedAt: number, endedAt: number) {
  let [earliest, latest] = [startedAt, endedAt];
  for (const { name, startMs } of k6Scenarios(record.scenario?.options.scenarios)) {
    const first = series.load.find((line) => hasSamplesOf(line, name));
    if (first === undefined || first.t - startMs >= latest) continue;
    latest = first.t - startMs;
    earliest = Math.max(startedAt, first.from - startMs);
  }
  return latest === endedAt ? { earliest: startedAt, latest: startedAt } : { earliest, latest };
}
