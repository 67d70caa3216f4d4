import { counterSum } from './counter-sum.ts';
import { type Load, loadSchema, type Phase, phaseSchema, type RunRecord } from './run-record.ts';
import type { Series } from './series-index.ts';

/**
 * The record of a run whose recorder ended in the load, or could not write any more: what the series holds of the load, to its
 * last second. Any other record as it is. Nothing is made up: without k6's own summary there are no exact figures and no
 * results of thresholds.
 */
export function withSeriesLoad(record: RunRecord, series: Series): RunRecord {
  const [first, last] = [series.load[0], series.load.at(-1)];
  if (record.status !== 'running' || record.load !== null || first === undefined || last === undefined) return record;
  const phases = phasesOf(series);
  const startedAt = phases.find(({ name }) => name === 'load')?.startedAt ?? first.from;
  return {
    ...record,
    phases: phases.length > record.phases.length ? phases : record.phases,
    load: { ...unknownLoad, startedAt, endedAt: last.t, reconciliation: counted(series) },
  };
}

/** By the schema's own defaults wherever it has one. */
const unknownLoad = loadSchema
  .omit({ startedAt: true, endedAt: true, reconciliation: true })
  .parse({ exitCode: null, summary: null, thresholds: [], iterations: null, consoleTail: [] });

/** Each ends where the next one begins; nobody knows when the last one did. */
function phasesOf({ events }: Series): Phase[] {
  const begun = events.filter(({ name }) => name === 'phase');
  return begun.flatMap(({ subject, t }, index) => {
    const phase = phaseSchema.safeParse({ name: subject, startedAt: t, endedAt: begun[index + 1]?.t ?? null });
    return phase.success ? [phase.data] : [];
  });
}

function counted({ load }: Series): Load['reconciliation'] {
  const seriesRequests = counterSum(load, 'http_reqs');
  return { seriesRequests, summaryRequests: null, difference: null, rejectedExports: 0 };
}
