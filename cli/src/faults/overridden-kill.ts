import { systemClock } from '../system/clock.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { prepareOverride, type Settings } from './settings-override.ts';
import { prepareKill } from './signalled-process.ts';

export interface OverriddenKill {
  /** Under which the process has something in its hands that is nowhere else, or is there twice. */
  readonly settings: Settings;
  /** Beside them, until the kill only: they make it likely, and would hold up the recovery. */
  readonly widening: Settings;
  readonly process: string;
  /** From the confirmation of the settings to the kill, so that what was begun under the former ones is over. Milliseconds. */
  readonly afterMs: number;
}

/** Changes settings of the running service, then kills one of its processes, once. Who supervises it starts it again. */
export async function prepareOverriddenKill(
  target: FaultTarget,
  { settings, widening, process: name, afterMs }: OverriddenKill,
  signal: AbortSignal,
): Promise<PreparedFault> {
  const kill = await prepareKill(target, name);
  const override = await prepareOverride(target, { ...settings, ...widening }, signal);
  return {
    undo: override.undo,
    inject: async (journal, ending, until) => {
      const facts = await override.inject(journal, ending, until);
      await systemClock.sleep(afterMs, ending);
      const killed = await kill.inject(journal, ending, until);
      await override.replace(settings, ending, until);
      return { ...facts, ...killed };
    },
  };
}
