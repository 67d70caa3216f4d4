import type { Drain, Invariant } from '../record/run-record.ts';
import type { AnswerTally } from './answers.ts';
import type { Stores } from './stores.ts';

/** What a check knows beside the stores. */
export interface CheckContext {
  readonly stores: Stores;
  readonly answers: AnswerTally;
  /** Iterations that were cut when the load ended: upper bound of requests in flight that k6 reported nothing of. Null: not known. */
  readonly interrupted: number | null;
  /** True when what is still absent now will not come any more, or would come too late. */
  readonly settled: boolean;
}

/** One correctness invariant. With no rows to look at it is held, and its evidence shows the zeros. */
export interface Check {
  /** Kebab-case noun: the invariant's id in the record. */
  readonly id: string;
  count(context: CheckContext): Promise<CheckResult>;
}

export type CheckResult = Omit<Invariant, 'id'>;

export function counted(violations: number, evidence: Record<string, number>): CheckResult {
  return { outcome: violations > 0 ? 'violated' : 'held', violations, evidence, reason: null };
}

/** `absent` records may only be late as long as the backlog has not drained; `wrong` ones are wrong at any time. */
export function countedWithAbsent(
  { absent, wrong, settled }: { absent: number; wrong: number; settled: boolean },
  evidence: Record<string, number>,
): CheckResult {
  if (absent > 0 && wrong === 0 && !settled) return undetermined('late', evidence);
  return counted(settled ? wrong + absent : wrong, evidence);
}

/**
 * |ok| ≤ done ≤ |ok| + |unknown| + |in flight at the end|: only what was acknowledged and is absent is lost, and only what
 * nobody can have asked for is surplus.
 */
export function countedAgainstAnswers(
  done: number,
  endpoint: string,
  { answers, interrupted, settled }: CheckContext,
  evidence: Record<string, number>,
): CheckResult {
  const { acknowledged, unknown } = answers.of(endpoint);
  const lost = Math.max(0, acknowledged - done);
  const surplus = interrupted === null ? 0 : Math.max(0, done - acknowledged - unknown - interrupted);
  const figures = {
    ...evidence,
    acknowledged,
    unknown,
    ...(interrupted === null ? {} : { inFlight: interrupted }),
    lost,
    surplus,
  };
  if (lost === 0 && interrupted === null && done > acknowledged + unknown) {
    return undetermined('in-flight-unknown', figures);
  }
  return countedWithAbsent({ absent: lost, wrong: surplus, settled }, figures);
}

/** Whether what is absent now is late or missing: after the drain, or longer after the load than the freshness limit allows. */
export function isSettled(drain: Drain, freshnessLimitMs: number): boolean {
  return drain.drained || drain.tookMs >= freshnessLimitMs;
}

export function undetermined(reason: string, evidence: Record<string, number> = {}): CheckResult {
  return { outcome: 'undetermined', violations: null, evidence, reason };
}
