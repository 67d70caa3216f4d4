import { failureIds } from '../../record/drill.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { indexSeries } from '../../record/series-index.ts';
import { worstVariant } from './drill-variant.ts';
import { drilledRuns, trusted } from './drilled-run.ts';

/** Ids of the faults that section 4 is filled from, one for each of its rows of which a drill can be trusted. */
export function worstFaults(records: readonly RunRecord[]): string[] {
  const drills = drilledRuns(records.map((record) => ({ record, series: indexSeries([]) })));
  return failureIds.flatMap((id) => {
    const variant = worstVariant(drills, id);
    return variant === null || trusted(variant.worst) === null ? [] : [variant.fault];
  });
}
