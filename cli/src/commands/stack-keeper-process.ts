import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readStack, type StackPlace, type UpState } from '../stack/held-state.ts';
import { defer } from '../system/deferred.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import type { CommandContext } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { UpFlags } from './stack-flags.ts';
import { type KeepOrder, keeperWordSchema } from './stack-order.ts';

/** Long enough to install everything; each step of the start has a limit of its own. */
const startTimeoutMs = 30 * 60_000;

/**
 * Starts a keeper in a session of its own, so that it goes on when this command and its terminal have ended. Resolves when
 * its stack is up; rejects with its reason when it has ended all that it had started.
 */
export async function startKeeper(
  order: KeepOrder,
  place: StackPlace,
  { quiet }: UpFlags,
  { output }: CommandContext,
): Promise<UpState> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const keeper = fork(fileURLToPath(new URL(`../main.${extension}`, import.meta.url)), ['stack', 'keep'], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const interrupt = listenForInterrupt((name) => {
    output.err.write(`${name}: ending what was started; once more ends it at once\n`);
    keeper.kill('SIGTERM');
  });
  interrupt.onSecond(() => keeper.kill('SIGKILL'));
  try {
    keeper.send(order);
    await withTimeout(startTimeoutMs, () =>
      untilUp(keeper, place, (line) => {
        if (!quiet) output.err.write(`${line}\n`);
      }),
    );
  } catch (error) {
    keeper.kill('SIGTERM');
    interrupt.signal.throwIfAborted();
    throw error;
  } finally {
    interrupt.release();
    if (keeper.connected) keeper.disconnect();
    keeper.unref();
  }
  const state = await readStack(place);
  if (state?.status === 'up') return state;
  throw new LoadkitError('keeper-ended', 'the stack was up, and ended at once', {
    hint: `its logs: ${place.logFolder}`,
    exitCode: exitCode.unreachable,
  });
}

/** Rejects with the keeper's own reason, after it has ended everything that it started. */
async function untilUp(keeper: ChildProcess, place: StackPlace, onProgress: (line: string) => void): Promise<void> {
  const up = defer<void>();
  let failure: LoadkitError | undefined;
  keeper.on('message', (message) => {
    const word = keeperWordSchema.parse(message);
    if (word.kind === 'progress') onProgress(word.line);
    if (word.kind === 'up') up.resolve();
    if (word.kind === 'failed') {
      const { code, message: what, hint, exitCode: failed } = word;
      failure = new LoadkitError(code, what, { ...(hint === null ? {} : { hint }), exitCode: failed });
    }
  });
  keeper.once('error', up.reject);
  keeper.once('exit', (code, signal) => {
    const ended = new LoadkitError('keeper-ended', `the keeper ended with ${signal ?? `exit code ${code}`}`, {
      hint: `its logs: ${place.logFolder}`,
      exitCode: exitCode.unreachable,
    });
    up.reject(failure ?? ended);
  });
  await up.promise;
}
