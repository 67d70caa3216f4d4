import { setTimeout as delay } from 'node:timers/promises';
import { StoreFailure } from '../stores/failure.ts';
import { mysqlErrorKind } from '../stores/mysql-error.ts';

export interface RetryOptions {
  readonly retries: number;
  /** From 0 up to 1: spreads those who met, so that they do not meet again. */
  readonly random: () => number;
  readonly onDeadlock: () => void;
}

const firstPauseMs = 8;
const longestPauseMs = 100;

/** Full jitter: anywhere between nothing and a bound that doubles. */
export function pauseBeforeRetry(attempt: number, random: () => number): number {
  return random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
}

/** Does `work` again when the server chose it as a deadlock's victim: it was rolled back whole. */
export async function retryDeadlocks<T>(
  work: () => Promise<T>,
  { retries, random, onDeadlock }: RetryOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const kind = error instanceof StoreFailure ? undefined : mysqlErrorKind(error);
      if (kind === 'lock-timeout') throw new StoreFailure('LOCK_TIMEOUT', 'a row stayed locked', error);
      if (kind !== 'deadlock') throw error;
      onDeadlock();
      if (attempt >= retries) throw new StoreFailure('DEADLOCK', `deadlock, ${retries} retries used`, error);
      await delay(pauseBeforeRetry(attempt, random));
    }
  }
}
