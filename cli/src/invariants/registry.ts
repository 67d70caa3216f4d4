import type { Lateness } from '../record/drill.ts';
import type { Drain, Invariant } from '../record/run-record.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import type { AnswerTally } from './answers.ts';
import { blamedOnTheRun, type Check, type CheckResult, isSettled, undetermined } from './check.ts';
import { couponOrderChecks } from './coupon-order.ts';
import { type LatenessCount, type LatenessRequest, pointLateness } from './lateness.ts';
import { openStores, type Stores, type StoreUrls } from './stores.ts';

interface CountedSet {
  readonly checks: () => readonly Check[];
  readonly lateness: readonly LatenessCount[];
}

/** Sets of invariants by the name that a service's manifest gives. */
const sets = {
  'coupon-order': { checks: couponOrderChecks, lateness: [pointLateness] },
} satisfies Record<string, CountedSet>;

export type InvariantSet = keyof typeof sets;

/** What is counted where, and for how long. */
interface CountingPlace {
  readonly endpoints: StoreUrls;
  /** Longest time for one invariant. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export interface InvariantRequest extends CountingPlace {
  /** Fed with the lines of the measured load. */
  readonly answers: AnswerTally;
  /** Iterations that were cut at the end of the load; null when k6 did not say. */
  readonly interrupted: number | null;
  readonly drain: Drain;
  /** Age at which a record that is still absent counts as missing, even before the backlog has drained. */
  readonly freshnessLimitMs?: number;
  /** What `countBaseline` found before the load. Absent: the stores held nothing but the fixture then. */
  readonly baseline?: readonly Invariant[];
  /** Coupons that a repair took back after they were acknowledged: they are not lost. */
  readonly couponsTakenBack?: number;
}

/**
 * Counts the invariants in the stores. Never rejects: what cannot be counted is `undetermined`
 * with its reason (`late`, `in-flight-unknown`, `no-redis-address`, `no-mysql-address`, `timeout`, `interrupted`, or the
 * store's own message), never `held`.
 * With a baseline, `undetermined` are also what was violated before (`violated-before`), what was not counted before
 * (`before-unknown`), and rows that somebody else may have made (`surplus-of-others`).
 */
export async function countInvariants(set: InvariantSet, request: InvariantRequest): Promise<Invariant[]> {
  const { answers, interrupted, drain, freshnessLimitMs = 60_000, baseline, couponsTakenBack = 0 } = request;
  return countAll(set, request, async (check, stores) => {
    const before = baseline === undefined ? null : (baseline.find(({ id }) => id === check.id) ?? notCounted);
    const settled = isSettled(drain, freshnessLimitMs);
    return blamedOnTheRun(
      await check.count({ stores, answers, before, interrupted, settled, couponsTakenBack }),
      before,
    );
  });
}

/** The same before the load, in stores that are not emptied for the run: what is there and what is wrong already. Never rejects. */
export async function countBaseline(set: InvariantSet, place: CountingPlace): Promise<Invariant[]> {
  return countAll(set, place, (check, stores) =>
    // What is absent now counts: whether it is late or missing, it was so before the load.
    check.count({ stores, answers: null, before: null, interrupted: null, settled: true, couponsTakenBack: 0 }),
  );
}

/** How late what was confirmed was processed. Never rejects: what cannot be counted has its reason, as an invariant has. */
export async function countLateness(
  set: InvariantSet,
  { endpoints, timeoutMs = 60_000, signal, limitMs, withinMs }: CountingPlace & LatenessRequest,
): Promise<Lateness[]> {
  const stores = openStores(endpoints);
  const countOne = ({ what, count }: LatenessCount): Promise<Lateness> =>
    withTimeout(timeoutMs, () => count(stores, { limitMs, withinMs }), signal).then(
      (counted) => ({ what, limitMs, ...counted, reason: null }),
      (error: unknown) => ({
        ...{ what, limitMs, processed: null, late: null, longestMs: null },
        reason: reasonOf(error, signal),
      }),
    );
  try {
    return await Promise.all(sets[set].lateness.map(countOne));
  } finally {
    stores.close();
  }
}

const notCounted = undetermined('unknown');

async function countAll(
  set: InvariantSet,
  { endpoints, timeoutMs = 60_000, signal }: CountingPlace,
  count: (check: Check, stores: Stores) => Promise<CheckResult>,
): Promise<Invariant[]> {
  const stores = openStores(endpoints);
  const countOne = async (check: Check): Promise<Invariant> => {
    const result = await withTimeout(timeoutMs, () => count(check, stores), signal).catch((error: unknown) =>
      undetermined(reasonOf(error, signal)),
    );
    return { id: check.id, ...result };
  };
  try {
    // At once, so that one limit bounds them all; the connection puts their statements in a row.
    return await Promise.all(sets[set].checks().map(countOne));
  } finally {
    stores.close();
  }
}

const unknownAddresses: ReadonlySet<string> = new Set(['no-redis-address', 'no-mysql-address']);

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'interrupted';
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  if (error instanceof LoadkitError && unknownAddresses.has(error.code)) return error.code;
  return maskSecrets(messageOf(error)).split('\n')[0] ?? 'unknown';
}
