import type { Drain, Invariant } from '../record/run-record.ts';

export interface RepairSituation {
  readonly invariants: readonly Invariant[];
  /** Null: nobody looked. */
  readonly drain: Drain | null;
  /** The service has a command for it. */
  readonly canRepair: boolean;
}

/**
 * Whether a drill's data are to be repaired. Only when the backlog is gone: what is only late comes by itself, and would be counted
 * as missing and be there twice after a repair. Null: there is nothing to put right, or nobody who could.
 */
export function repairNeed({ invariants, drain, canRepair }: RepairSituation): 'repair' | 'not-drained' | null {
  const isBroken = invariants.some(({ outcome }) => outcome === 'violated');
  if (!(isBroken && canRepair)) return null;
  return drain?.drained === true ? 'repair' : 'not-drained';
}
