import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** After its time k6 lets iterations end for 30 s at most, and gives `handleSummary()` two minutes. */
const graceMs = 150_000;

export interface LoadEnd {
  readonly clock: Clock;
  /** The whole length of the load as it was planned. */
  readonly loadMs: number;
  /** Aborts when the load has ended. */
  readonly loadEnded: AbortSignal;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the load has ended, rejects with the reason of `signal`, or with `LoadkitError` `load-overdue` (95) when it
 * goes on long after its time.
 */
export async function untilLoadEnds({ clock, loadMs, loadEnded, signal }: LoadEnd): Promise<void> {
  const limitMs = loadMs + graceMs;
  await clock.sleep(limitMs, AbortSignal.any([signal, loadEnded])).catch(() => undefined);
  signal.throwIfAborted();
  if (loadEnded.aborted) return;
  throw new LoadkitError('load-overdue', `k6 was ended: it still ran ${limitMs / 1_000} s after the fault was undone`, {
    hint: 'see logs/k6.log in the run folder',
    exitCode: exitCode.inconclusive,
  });
}
