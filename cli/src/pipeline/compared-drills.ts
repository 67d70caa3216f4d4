import { amongOthers } from '../assess/plain-twin.ts';
import type { Judgement, RunRecord } from '../record/run-record.ts';
import { exitCode } from '../system/exit-code.ts';

interface Recorded {
  readonly record: RunRecord;
}

/**
 * The runs with their drills assessed as drills among others; the only place where one drill's word depends on another's. Their
 * records on disk stay as they are.
 *
 * @param beside others that they may be compared with
 */
export function comparedDrills<Run extends Recorded>(runs: readonly Run[], beside: readonly Recorded[] = []): Run[] {
  const all = [...runs, ...beside].map(({ record }) => record);
  return runs.map((run) => ({ ...run, record: compared(run.record, all) }));
}

function compared(record: RunRecord, all: readonly RunRecord[]): RunRecord {
  const { drill, judgement } = record;
  const assessment = amongOthers(record, all);
  if (drill === null || assessment === drill.assessment) return record;
  const [doubt] = assessment?.doubts ?? [];
  return {
    ...record,
    drill: { ...drill, assessment },
    judgement: judgement === null || doubt === undefined ? judgement : withDoubt(judgement, doubt),
  };
}

/** In place of the level; a verdict that was no pass stays as bad. */
function withDoubt(judgement: Judgement, doubt: Judgement['verdict']['reasons'][number]): Judgement {
  const { verdict } = judgement;
  const reasons = [...verdict.reasons.filter(({ id }) => id !== 'drill-assessed'), doubt];
  const worse = { name: 'INCONCLUSIVE', exitCode: exitCode.inconclusive } as const;
  return { ...judgement, verdict: { ...verdict, ...(verdict.name === 'PASS' ? worse : {}), reasons } };
}
