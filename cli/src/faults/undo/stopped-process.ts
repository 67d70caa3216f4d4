import { systemClock } from '../../system/clock.ts';
import { LoadkitError } from '../../system/error.ts';
import { pollUntil } from '../../system/polling.ts';
import { isAlive, isStopped } from '../../system/process-identity.ts';
import { signalProcess } from '../service-process.ts';
import type { UndoStepOf } from '../undo-step.ts';
import type { Undoing } from './undoing.ts';

const goesOnWithinMs = 2_000;
const lookEveryMs = 10;

/** Lets the process go on, if it is still the same one and stands still. */
export function undoStoppedProcess({ name, ...identity }: UndoStepOf<'stopped-process'>): Undoing {
  return {
    subject: `${name} (pid ${identity.pid})`,
    undo: async (signal) => {
      if (!isAlive(identity) || isStopped(identity) === false) return 'absent';
      signalProcess(identity.pid, 'SIGCONT');
      const goesOn = async () => (isStopped(identity) === true ? undefined : true);
      const options = { clock: systemClock, timeoutMs: goesOnWithinMs, intervalMs: lookEveryMs, signal };
      if ((await pollUntil(goesOn, options)).timedOut) {
        throw new LoadkitError('process-stopped', `${name} (pid ${identity.pid}) got SIGCONT and still stands still`);
      }
      return 'undone';
    },
  };
}
