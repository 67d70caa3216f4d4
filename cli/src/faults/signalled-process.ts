import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { isAlive } from '../system/process-identity.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { presentProcess, signalProcess } from './service-process.ts';

/** SIGKILL, once. Who supervises the service starts it again: there is nothing to undo. */
export async function prepareKill(target: FaultTarget, name: string): Promise<PreparedFault> {
  await presentProcess(target, name);
  return {
    undo: [],
    inject: async () => {
      const { pid } = await presentProcess(target, name);
      signalProcess(pid, 'SIGKILL');
      return { process: name, pid };
    },
  };
}

/** SIGSTOP: it keeps its connections and answers nothing. */
export async function prepareStop(target: FaultTarget, name: string): Promise<PreparedFault> {
  const identity = await presentProcess(target, name);
  return {
    undo: [{ kind: 'stopped-process', name, ...identity }],
    inject: async (_, ending) => {
      ending.throwIfAborted();
      if (!isAlive(identity) || !signalProcess(identity.pid, 'SIGSTOP')) {
        throw new LoadkitError('fault-process', `${name} (pid ${identity.pid}) ended before it could be stopped`, {
          exitCode: exitCode.unreachable,
        });
      }
      return { process: name, pid: identity.pid };
    },
  };
}
