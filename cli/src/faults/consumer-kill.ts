import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { prepareOverriddenKill } from './overridden-kill.ts';

/** Between the work on a batch and the commit of its offsets, whichever comes first: nearly always the worker is in it. */
const windowMs = 500;
/**
 * A fetch brings a batch of each of the topic's four partitions, which are worked on one after the other. Those of the first one
 * are as small as they were before; so much later the worker is in one of the next, with what came in during two seconds.
 */
const afterMs = 6 * windowMs;

/** By then the broker has given up the dead worker (6 s), and what it had not committed is delivered again. Milliseconds. */
export const redeliveredMs = 15_000;

/** Kills the worker between the two; `settings` say which comes first, and whether it knows an event again. */
export function prepareConsumerKill(
  target: FaultTarget,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PreparedFault> {
  const widening = { ACCRUAL_DELAY_MS: String(windowMs) };
  return prepareOverriddenKill(target, { settings, widening, process: 'worker', afterMs }, signal);
}
