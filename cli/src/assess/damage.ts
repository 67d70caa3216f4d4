import type { Damage, Drill } from '../record/drill.ts';
import type { Drain, Invariant } from '../record/run-record.ts';
import type { GoodSecond } from './good-second.ts';
import { availabilityOf, type Tolerance } from './tolerance.ts';
import type { UsersHit } from './users.ts';

export interface DamageInput {
  /** From impact to restoration, or to the end of what k6 reported; none where the load felt nothing. */
  readonly seconds: readonly GoodSecond[];
  /** Those of them in which load was offered. */
  readonly offered: readonly GoodSecond[];
  readonly tolerance: Tolerance | null;
  readonly invariants: readonly Invariant[];
  /** Null: it cannot be told. */
  readonly users: UsersHit | null;
  /** Waited when the load ended; null where no backlog was read. */
  readonly waiting: number | null;
  /** Null: nobody looked whether the backlog went. */
  readonly drain: Drain | null;
  readonly drill: Pick<Drill, 'lateness' | 'repair'>;
}

export function damageOf({
  seconds,
  offered,
  tolerance,
  invariants,
  users,
  waiting,
  drain,
  drill,
}: DamageInput): Damage {
  const times = offered.flatMap(({ p95Ms }) => p95Ms ?? []);
  const isHit = tolerance !== null && offered.length > 0;
  return {
    offered: total(seconds.map((second) => second.offered)),
    lost: total(seconds.map(({ bad }) => bad)),
    worstGoodShare: isHit ? Math.min(...offered.map((second) => availabilityOf(second, tolerance))) : null,
    worstP95Ms: times.length === 0 ? null : Math.max(...times),
    unstarted: total(seconds.map(({ unstarted }) => unstarted)),
    usersAffected: users?.affected ?? null,
    usersAsked: users?.asked ?? null,
    overIssued: countOf(invariants, ['over-issue'], violationsOf),
    duplicated: countOf(invariants, ['duplicate-issue', 'duplicate-idempotency-key', 'double-accrual'], violationsOf),
    missing: countOf(invariants, ['lost-issue', 'order-lost', 'points-missing'], absentOf),
    late: lateOf(drill, waiting, drain),
    repaired: repairedOf(drill, invariants),
  };
}

/**
 * As the stores have it, where they hold the times of what was done, with what was never done; else what waited when the load
 * ended.
 */
function lateOf({ lateness }: Pick<Drill, 'lateness'>, waiting: number | null, drain: Drain | null): number | null {
  const counted = (lateness ?? []).filter(({ processed }) => processed !== 0);
  if (counted.length === 0) return waiting === null ? null : Math.round(waiting);
  const left = leftLate(drain, Math.max(...counted.map(({ limitMs }) => limitMs)));
  return counted.reduce<number | null>((sum, { late }) => (sum === null || late === null ? null : sum + late), left);
}

/** What is left was confirmed before the load ended. Null: it may be younger than the limit, or the last reading is no word on it. */
function leftLate(drain: Drain | null, limitMs: number): number | null {
  if (drain === null || drain.drained) return 0;
  const left = Object.values(drain.left).reduce((sum, count) => sum + count, 0);
  return left === 0 || drain.tookMs <= limitMs ? null : Math.round(left);
}

function repairedOf({ repair }: Pick<Drill, 'repair'>, invariants: readonly Invariant[]): number | null {
  if (invariants.length === 0) return null;
  if (repair === null || repair.skipped !== null) return 0;
  const { figures } = repair;
  return figures === null ? null : Object.values(figures).reduce((sum, count) => sum + count, 0);
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
