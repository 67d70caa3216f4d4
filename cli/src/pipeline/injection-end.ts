import type { Injection } from '../record/drill.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * Why a drill did not measure its fault from the injection to the undo, which may not come before `endOfHold` (epoch
 * milliseconds). Null: it did.
 */
export function injectionError(fault: string, injection: Injection | null, endOfHold: number): LoadkitError | null {
  const [left] = leftOf(injection);
  if (left !== undefined) {
    return new LoadkitError('fault-left', `${fault} could not be undone: ${left.subject}: ${left.error ?? 'unknown'}`, {
      hint: whatIsLeft(injection),
      exitCode: exitCode.inconclusive,
    });
  }
  const revertedAt = injection?.revertedAt ?? null;
  // One that ended sooner, because its injector was killed or came to its maximum, was another fault.
  if (revertedAt !== null && revertedAt >= endOfHold) return null;
  const why =
    injection?.error ?? (revertedAt === null ? 'its injector ended without a word' : 'it was undone too soon');
  return new LoadkitError('fault-cut-short', `${fault} did not stand to the end of its time: ${why}`, {
    hint: whatIsLeft(injection),
    exitCode: exitCode.inconclusive,
  });
}

/** A hint, for whatever ended an injection. */
export function whatIsLeft(injection: Injection | null): string {
  if (leftOf(injection).length > 0) {
    return 'something of it may still be there: loadkit drill --cleanup tries again and says what it found';
  }
  // Its guard and the watchdog undo it, and say nothing here.
  const isUntold = injection !== null && injection.revertedAt === null && injection.error === null;
  return isUntold
    ? 'it is undone by others: loadkit drill --cleanup says whether anything is left; see logs/inject.log in the run folder'
    : 'nothing is left of it; see logs/inject.log in the run folder';
}

function leftOf(injection: Injection | null): Injection['undone'] {
  return injection?.undone.filter(({ outcome }) => outcome === 'failed') ?? [];
}
