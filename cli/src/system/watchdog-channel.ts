import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Deferred, defer } from './deferred.ts';
import { LoadkitError, messageOf } from './error.ts';
import { exitCode } from './exit-code.ts';
import { withTimeout } from './polling.ts';
import { type Answer, type ExitReply, type Order, type Reply, type Request, replySchema } from './watchdog-protocol.ts';

/** The command's end of the line to its watchdog. */
export interface WatchdogChannel {
  /** Folder of all temp folders. */
  readonly folder: string;
  /** Sends at once, in the order of the calls. Rejects when the watchdog is gone, or silent for `timeoutMs`. */
  ask(id: number, order: Order, timeoutMs?: number): Promise<Answer>;
  onExit(listener: (exit: ExitReply) => void): void;
  /** Resolves when the watchdog ended, whatever the reason; `complete` when it had done all its work. */
  readonly gone: Promise<{ readonly complete: boolean }>;
  kill(): void;
}

const startTimeoutMs = 15_000;
const answerTimeoutMs = 10_000;

export async function openWatchdogChannel(tempRoot: string): Promise<WatchdogChannel> {
  const watchdog = forkWatchdog(tempRoot);
  const waiting = new Map<number, Deferred<Answer>>();
  const ready = defer<string>();
  let onExit: (exit: ExitReply) => void = () => {};
  let isGone = false;

  watchdog.on('message', (message) => {
    const reply = replySchema.safeParse(message);
    // Whoever waits for what cannot be read gives up after its time.
    if (reply.success) receive(reply.data);
  });
  watchdog.once('error', (error) => ready.reject(error));
  const exited = once(watchdog, 'exit');
  // Only after `disconnect` is it sure that its last messages were read.
  const disconnected = once(watchdog, 'disconnect');
  const gone = Promise.all([exited, disconnected]).then(([[code, signal]]) => {
    isGone = true;
    ready.reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`));
    for (const { reject } of waiting.values()) reject(lost());
    waiting.clear();
    return { complete: code === 0 };
  });
  const folder = await withTimeout(startTimeoutMs, () => ready.promise).catch((error: unknown) => {
    watchdog.kill('SIGKILL');
    throw new LoadkitError('watchdog-not-started', `the watchdog process did not start: ${messageOf(error)}`, {
      hint: `is there room for processes, and may ${tempRoot} be written to?`,
      exitCode: exitCode.unreachable,
    });
  });

  function receive(reply: Reply): void {
    if (reply.kind === 'ready') ready.resolve(reply.folder);
    else if (reply.kind === 'not-ready') ready.reject(new Error(reply.message));
    else if (reply.kind === 'exited') onExit(reply);
    else {
      waiting.get(reply.id)?.resolve(reply.answer);
      waiting.delete(reply.id);
    }
  }

  return {
    folder,
    ask: async (id, order, timeoutMs = answerTimeoutMs) => {
      if (isGone) throw lost();
      const answer = defer<Answer>();
      waiting.set(id, answer);
      watchdog.send({ id, order } satisfies Request, (error) => {
        if (error !== null) answer.reject(lost());
      });
      return withTimeout(timeoutMs, () => answer.promise).finally(() => waiting.delete(id));
    },
    onExit: (listener) => {
      onExit = listener;
    },
    gone,
    kill: () => void watchdog.kill('SIGKILL'),
  };
}

/** Its program lies beside this file, compiled (`.js`) or not (`.ts`, which needs a loader). */
function forkWatchdog(tempRoot: string): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const loader = extension === 'ts' ? ['--import', createRequire(import.meta.url).resolve('tsx')] : [];
  return fork(fileURLToPath(new URL(`./watchdog.${extension}`, import.meta.url)), [tempRoot], {
    // Its own session: neither Ctrl-C nor a closed terminal reaches it.
    detached: true,
    cwd: '/',
    env: {},
    execArgv: ['--max-semi-space-size=1', ...loader],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function lost(): LoadkitError {
  return new LoadkitError('watchdog-lost', 'the watchdog process ended, and everything that it had started with it', {
    exitCode: exitCode.internal,
  });
}
