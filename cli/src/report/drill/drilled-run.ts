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

/**
 * The worse level first; at the same level what was not recovered, then what did more harm, then what took longer. What is not to
 * be trusted comes last.
 */
export function worstFirst(a: DrilledRun, b: DrilledRun): number {
  const [left, right] = [trusted(a), trusted(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return (
    ranks[left.level] - ranks[right.level] ||
    Number(isUnrecovered(right)) - Number(isUnrecovered(left)) ||
    harm(right) - harm(left) ||
    (right.ttrMs ?? 0) - (left.ttrMs ?? 0)
  );
}

function isUnrecovered({ moments, ttrMs }: Assessment): boolean {
  return moments.impactAt !== null && ttrMs === null;
}

/** Requests that were lost, and records that were wrong before a repair. What nobody counted adds nothing. */
function harm({ damage }: Assessment): number {
  if (damage === null) return 0;
  const { lost, missing, overIssued, duplicated } = damage;
  return lost + (missing ?? 0) + (overIssued ?? 0) + (duplicated ?? 0);
}
