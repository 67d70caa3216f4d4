import type { Drain, Invariant } from '../record/run-record.ts';
import { messageOf } from '../system/error.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import type { AnswerTally } from './answers.ts';
import { type Check, type CheckContext, type CheckResult, isSettled, undetermined } from './check.ts';
import { couponOrderChecks } from './coupon-order.ts';
import { openStores, type StoreUrls } from './stores.ts';

/** Sets of invariants by the name that a service's manifest gives. */
const sets = { 'coupon-order': couponOrderChecks } satisfies Record<string, () => readonly Check[]>;

export type InvariantSet = keyof typeof sets;

export interface InvariantRequest {
  readonly endpoints: StoreUrls;
  /** Fed with the lines of the measured load. */
  readonly answers: AnswerTally;
  /** Iterations that were cut at the end of the load; null when k6 did not say. */
  readonly interrupted: number | null;
  readonly drain: Drain;
  /** Age at which a record that is still absent counts as missing, even before the backlog has drained. */
  readonly freshnessLimitMs?: number;
  /** Longest time for one invariant. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Counts the invariants in the stores. Never rejects: what cannot be counted is `undetermined`
 * with its reason (`late`, `in-flight-unknown`, `timeout`, `interrupted`, or the store's own message), never `held`.
 */
export async function countInvariants(set: InvariantSet, request: InvariantRequest): Promise<Invariant[]> {
  const { endpoints, answers, interrupted, drain, freshnessLimitMs = 60_000, timeoutMs = 60_000, signal } = request;
  const stores = openStores(endpoints);
  const context: CheckContext = { stores, answers, interrupted, settled: isSettled(drain, freshnessLimitMs) };
  const countOne = async (check: Check): Promise<Invariant> => {
    const result = await withTimeout(timeoutMs, () => check.count(context), signal).catch((error: unknown) =>
      undetermined(reasonOf(error, signal)),
    );
    return named(check.id, result);
  };
  try {
    // At once, so that one limit bounds them all; the connection puts their statements in a row.
    return await Promise.all(sets[set]().map(countOne));
  } finally {
    stores.close();
  }
}

function named(id: string, result: CheckResult): Invariant {
  return { id, ...result };
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'interrupted';
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  return maskSecrets(messageOf(error)).split('\n')[0] ?? 'unknown';
}
