import type { Assessment, Drill } from '../../record/drill.ts';
import type { ReportedRun } from '../api-figures.ts';

/** A run during which something was broken on purpose. */
export interface DrilledRun {
  readonly run: ReportedRun;
  readonly drill: Drill;
  /** Its place among all runs of the report, as in `report.json`. */
  readonly index: number;
}

export function drilledRuns(runs: readonly ReportedRun[]): DrilledRun[] {
  return runs.flatMap((run, index) => (run.record.drill === null ? [] : [{ run, drill: run.record.drill, index }]));
}

/** Where its moments, times and level stand in `report.json`: a JSON pointer. */
export function assessmentPointer({ index }: DrilledRun): string {
  return `/runs/${index}/drill/assessment`;
}

/** Nothing was broken: it shows whether the detector is quiet when nothing happens. */
export function isPlacebo({ drill }: DrilledRun): boolean {
  return drill.failure === null;
}

/** Those in which something was broken. */
export function brokenIn(drills: readonly DrilledRun[]): DrilledRun[] {
  return drills.filter((one) => !isPlacebo(one));
}

/** What may be said of its times and its level. Null: nothing, for there are doubts, or it was not assessed. */
export function trusted({ drill: { assessment } }: DrilledRun): Assessment | null {
  return assessment === null || assessment.doubts.length > 0 ? null : assessment;
}

const ranks: Readonly<Record<Assessment['level'], number>> = { L1: 0, L2: 1, L3: 2, absorbed: 3, undetermined: 4 };

/** The worse level first, then the longer repair; what is not to be trusted comes last. */
export function worstFirst(a: DrilledRun, b: DrilledRun): number {
  const [left, right] = [trusted(a), trusted(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const [leftMs, rightMs] = [repairMs(left), repairMs(right)];
  return ranks[left.level] - ranks[right.level] || (leftMs === rightMs ? 0 : rightMs - leftMs);
}

/** Never repaired is longer than any repair; nobody felt it is shorter. */
function repairMs({ moments, ttrMs }: Assessment): number {
  return moments.impactAt === null ? -1 : (ttrMs ?? Number.POSITIVE_INFINITY);
}
