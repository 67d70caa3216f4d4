import type { Damage } from '../record/drill.ts';
import type { Invariant } from '../record/run-record.ts';
import type { GoodSecond } from './good-second.ts';
import { availabilityOf, type Tolerance } from './tolerance.ts';

export interface DamageInput {
  /** From impact to restoration, or to the end of what k6 reported; none where the load felt nothing. */
  readonly seconds: readonly GoodSecond[];
  /** Those of them in which load was offered. */
  readonly offered: readonly GoodSecond[];
  readonly tolerance: Tolerance | null;
  readonly invariants: readonly Invariant[];
  /** Waited when the load ended; null where no backlog was read. */
  readonly late: number | null;
}

/** k6 reports no users, so that nobody can say how many of them were affected. */
export function damageOf({ seconds, offered, tolerance, invariants, late }: DamageInput): Damage {
  const times = offered.flatMap(({ p95Ms }) => p95Ms ?? []);
  const isHit = tolerance !== null && offered.length > 0;
  return {
    offered: total(seconds.map((second) => second.offered)),
    lost: total(seconds.map(({ bad }) => bad)),
    worstGoodShare: isHit ? Math.min(...offered.map((second) => availabilityOf(second, tolerance))) : null,
    worstP95Ms: times.length === 0 ? null : Math.max(...times),
    usersAffected: null,
    overIssued: countOf(invariants, ['over-issue'], violationsOf),
    duplicated: countOf(invariants, ['duplicate-issue', 'duplicate-idempotency-key', 'double-accrual'], violationsOf),
    missing: countOf(invariants, ['lost-issue', 'order-lost', 'points-missing'], absentOf),
    late: late === null ? null : Math.round(late),
  };
}

/** Arrivals are shared out among the APIs of a load, which makes fractions. */
function total(counts: readonly number[]): number {
  return Math.round(counts.reduce((sum, count) => sum + count, 0));
}

function violationsOf({ violations }: Invariant): number | null {
  return violations;
}

/** What was confirmed and is not there; the violations hold what is there and nobody asked for as well. */
function absentOf({ violations, evidence }: Invariant): number | null {
  return violations === null ? null : (evidence.lost ?? evidence.missing ?? violations);
}

/**
 * Added up over the invariants of these ids. Null where none was counted; where only some were, what they came to is a least
 * that is known, and none of them nothing.
 */
function countOf(
  invariants: readonly Invariant[],
  ids: readonly string[],
  count: (invariant: Invariant) => number | null,
): number | null {
  const counts = invariants.filter(({ id }) => ids.includes(id)).map(count);
  const known = counts.flatMap((value) => value ?? []);
  const sum = known.reduce((all, value) => all + value, 0);
  return counts.length === 0 || (sum === 0 && known.length < counts.length) ? null : sum;
}
