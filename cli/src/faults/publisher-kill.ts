import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { prepareOverriddenKill } from './overridden-kill.ts';

/** For which events are collected in memory, where they are: nearly always some are. */
const lingerMs = 1_000;
const afterMs = 2 * lingerMs;

/** Kills the API, which answers for what it has not published yet. */
export function preparePublisherKill(
  target: FaultTarget,
  event: 'memory' | 'outbox',
  signal: AbortSignal,
): Promise<PreparedFault> {
  const settings = { ORDER_EVENT: event };
  const widening = { ORDER_EVENT_LINGER_MS: String(lingerMs) };
  return prepareOverriddenKill(target, { settings, widening, process: 'api', afterMs }, signal);
}
