import { devNull } from 'node:os';
import { startProcessGroup } from './process-group.ts';
import type { EndCommand } from './supervisor.ts';
import type { SpawnOrder } from './watchdog-protocol.ts';

/**
 * Runs the commands one after the other, the last registered first, as one undoes things. Each has its own time limit;
 * one that fails, or cannot be started, does not keep the others from running. Never rejects.
 */
export async function runEndCommands(commands: readonly EndCommand[]): Promise<void> {
  for (const command of [...commands].reverse()) {
    await runEndCommand(command, command.logFile).catch(() => {
      // Its log folder may be gone by now; what it does matters more than what it says.
      return runEndCommand(command, devNull).catch(() => {});
    });
  }
}

/** Rejects when it cannot be started. Nothing ends it when its parent dies: it shall be carried to its end. */
async function runEndCommand(command: EndCommand, logFile: string): Promise<void> {
  const { name, file, args, env, cwd = '/', timeoutMs } = command;
  const order: SpawnOrder = {
    kind: 'spawn',
    name,
    file,
    args: [...args],
    env: { ...env },
    cwd,
    logFile,
    stdoutFile: null,
  };
  await new Promise<void>((done) => {
    const group = startProcessGroup(order, [], {
      onExit: () => {},
      onGone: () => {
        clearTimeout(timer);
        done();
      },
    });
    const timer = setTimeout(() => void group.end(0).then(done), timeoutMs);
  });
}
