import type { Drain, Invariant } from '../record/run-record.ts';
import type { AnswerTally } from './answers.ts';
import type { Stores } from './stores.ts';

/** What a check knows beside the stores. */
export interface CheckContext {
  readonly stores: Stores;
  /** Null before the load: then there is nothing to compare with. */
  readonly answers: AnswerTally | null;
  /** What the same check counted before the load, where the stores were not emptied for it; else null. */
  readonly before: CheckResult | null;
  /** Iterations that were cut when the load ended: upper bound of requests in flight that k6 reported nothing of. Null: not known. */
  readonly interrupted: number | null;
  /** True when what is still absent now will not come any more, or would come too late. */
  readonly settled: boolean;
  /** Coupons that were acknowledged and taken back since. */
  readonly couponsTakenBack: number;
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
 * nobody can have asked for is surplus. In stores that were not emptied a surplus may be somebody else's, or late work of
 * a former load, so it is no violation there.
 *
 * @param doneFigures those of the evidence that add up to what was done
 */
export function countedAgainstAnswers<Name extends string>(
  doneFigures: readonly Name[],
  endpoint: string,
  { answers, before, interrupted, settled }: Pick<CheckContext, 'answers' | 'before' | 'interrupted' | 'settled'>,
  evidence: Record<Name, number>,
): CheckResult {
  if (answers === null) return counted(0, evidence);
  if (before?.outcome === 'undetermined') return undetermined('before-unknown', evidence);
  const formerly = before === null ? 0 : sumOf(doneFigures, before.evidence);
  const done = sumOf(doneFigures, evidence) - formerly;
  const { acknowledged, unknown } = answers.of(endpoint);
  const lost = Math.max(0, acknowledged - done);
  const surplus = interrupted === null ? 0 : Math.max(0, done - acknowledged - unknown - interrupted);
  const figures = {
    ...evidence,
    ...(before === null ? {} : { before: formerly }),
    acknowledged,
    unknown,
    ...(interrupted === null ? {} : { inFlight: interrupted }),
    lost,
    surplus,
  };
  if (lost === 0 && interrupted === null && done > acknowledged + unknown) {
    return undetermined('in-flight-unknown', figures);
  }
  if (before !== null && surplus > 0) return undetermined('surplus-of-others', figures);
  return countedWithAbsent({ absent: lost, wrong: surplus, settled }, figures);
}

/** What was violated before the load already is not this run's, though it may have made it worse: both figures are shown. */
export function blamedOnTheRun(after: CheckResult, before: CheckResult | null): CheckResult {
  if (before === null || after.outcome !== 'violated' || before.violations === 0) return after;
  if (before.violations === null) return undetermined('before-unknown', after.evidence);
  const both = { violationsBefore: before.violations, violationsAfter: after.violations ?? 0 };
  return undetermined('violated-before', { ...after.evidence, ...both });
}

/** Whether what is absent now is late or missing: after the drain, or longer after the load than the freshness limit allows. */
export function isSettled(drain: Drain, freshnessLimitMs: number): boolean {
  return drain.drained || drain.tookMs >= freshnessLimitMs;
}

export function undetermined(reason: string, evidence: Record<string, number> = {}): CheckResult {
  return { outcome: 'undetermined', violations: null, evidence, reason };
}

function sumOf(names: readonly string[], figures: Readonly<Record<string, number>>): number {
  return names.reduce((sum, name) => sum + (figures[name] ?? 0), 0);
}
