import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';

const startTimeoutMs = 15_000;

/** Undoes a journal as soon as this process has ended, however it ended. */
export interface Guard {
  /** All is undone: it ends. */
  dismiss(): void;
}

/**
 * Starts a process in a session of its own that outlives this one, its process group and the watchdog. Without it a fault
 * would stay when they are all killed at once and the target lives on.
 */
export async function startGuard(journalFile: string): Promise<Guard> {
  // Its program lies beside this file, compiled (`.js`) or not (`.ts`, which needs a loader).
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const loader = extension === 'ts' ? ['--import', createRequire(import.meta.url).resolve('tsx')] : [];
  const guard = fork(fileURLToPath(new URL(`./guard-program.${extension}`, import.meta.url)), [journalFile], {
    detached: true,
    cwd: '/',
    env: {},
    execArgv: ['--max-semi-space-size=1', ...loader],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const gone = once(guard, 'exit').then(([code, signal]) => {
    throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
  });
  gone.catch(() => undefined); // it may also end later
  try {
    await withTimeout(startTimeoutMs, () => Promise.race([once(guard, 'message'), gone]));
  } catch (error) {
    guard.kill('SIGKILL');
    throw new LoadkitError('guard-not-started', `the process that undoes a fault did not start: ${messageOf(error)}`, {
      hint: 'is there room for processes?',
      exitCode: exitCode.unreachable,
    });
  }
  guard.unref();
  return {
    dismiss: () => {
      if (guard.connected) guard.disconnect();
    },
  };
}
