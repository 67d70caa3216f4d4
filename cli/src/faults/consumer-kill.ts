import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { prepareOverriddenKill } from './overridden-kill.ts';

/** Between the work on a batch and the commit of its offsets, whichever comes first: nearly always the worker is in it. */
const windowMs = 1_000;
/** So much later every batch is one that was begun under the settings. */
const afterMs = 2 * windowMs;

/** By then the broker has given up the dead worker (6 s), and what it had not committed is delivered again. Milliseconds. */
export const redeliveredMs = 15_000;

/** Kills the worker between the two; `settings` say which comes first, and whether it knows an event again. */
export function prepareConsumerKill(
  target: FaultTarget,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PreparedFault> {
  const widened = { ...settings, ACCRUAL_DELAY_MS: String(windowMs) };
  return prepareOverriddenKill(target, { settings: widened, process: 'worker', afterMs }, signal);
}
