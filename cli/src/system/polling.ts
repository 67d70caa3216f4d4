import type { Clock } from './clock.ts';

export interface PollOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks until the answer is something other than `undefined`, or the time is over.
 * An attempt that throws counts as "not yet"; its last error comes back with `timedOut`.
 */
export async function pollUntil<T>(
  attempt: () => Promise<T | undefined>,
  options: PollOptions,
): Promise<{ timedOut: false; value: T } | { timedOut: true; lastError: unknown }> {
  const { clock, timeoutMs, intervalMs, signal } = options;
  const deadline = clock.monotonic() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await attempt();
      if (value !== undefined) return { timedOut: false, value };
    } catch (error) {
      lastError = error;
    }
    if (clock.monotonic() >= deadline) return { timedOut: true, lastError };
    await clock.sleep(intervalMs, signal);
  }
}

/** Rejects with `TimeoutError` when `work` takes longer than `timeoutMs`; `work` gets a signal that aborts then. */
export async function withTimeout<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = parent === undefined ? timeout : AbortSignal.any([timeout, parent]);
  signal.throwIfAborted(); // an aborted signal sends no event any more
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
