import { isAbsolute, relative, resolve } from 'node:path';
import type { Clock } from './clock.ts';
import { removeFolder } from './command-folder.ts';
import { runEndCommands } from './end-command.ts';
import { LoadkitError } from './error.ts';
import { exitCode } from './exit-code.ts';
import { withTimeout } from './polling.ts';
import { killGroup } from './process-group.ts';
import type { EndCommand, ProcessExit, ProcessSpec, SupervisedProcess, Supervisor } from './supervisor.ts';
import { openWatchdogChannel } from './watchdog-channel.ts';
import type { Answer, EndOrder, SpawnOrder } from './watchdog-protocol.ts';

export interface SupervisorOptions {
  /** Folder for temp folders; a short path, because stores may put sockets into them. */
  readonly tempRoot: string;
  readonly clock: Clock;
}

interface Child {
  /** 0 until it is known. */
  pid: number;
  readonly settle: (exit: ProcessExit) => void;
}

const defaultGraceMs = 5000;
/** Beyond the grace, for SIGKILL and the removal of folders. */
const endMarginMs = 5000;
const killedLimitMs = 2000;

/** Starts the watchdog. Rejects with `LoadkitError` when it does not start or has no temp folder. */
export async function startSupervisor({ tempRoot, clock }: SupervisorOptions): Promise<Supervisor> {
  const channel = await openWatchdogChannel(tempRoot);
  const children = new Map<number, Child>();
  const doomed = new Set([channel.folder]);
  const duties = new Map<number, EndCommand>();
  let lastId = 0;
  let closing = false;

  channel.onExit(({ child, code, signal, at }) => {
    children.get(child)?.settle({ code, signal, at });
    children.delete(child);
  });
  // Normally there is nothing left to do then. A watchdog that was killed leaves its work to us.
  const ended = channel.gone.then(async ({ complete }) => {
    const left = [...children.values()];
    children.clear();
    await Promise.all(left.filter(({ pid }) => pid !== 0).map(({ pid }) => killGroup(pid, killedLimitMs)));
    for (const { settle } of left) settle({ code: null, signal: 'SIGKILL', at: clock.now() });
    await Promise.allSettled([...doomed].map(removeFolder));
    if (!complete) await runEndCommands([...duties.values()]);
  });

  async function spawn(spec: ProcessSpec): Promise<SupervisedProcess> {
    if (closing) throw notStarted(spec, 'everything is being ended', 'supervisor-closed');
    lastId += 1;
    const id = lastId;
    let settle: Child['settle'] = () => {};
    const exited = new Promise<ProcessExit>((done) => {
      settle = done;
    });
    const child: Child = { pid: 0, settle };
    // Before the answer, because a short-lived child's exit may come right behind it.
    children.set(id, child);
    const answer = await channel.ask(id, spawnOrder(spec)).catch((error: unknown) => {
      children.delete(id);
      throw error;
    });
    if (answer.kind !== 'spawned') {
      children.delete(id);
      throw notStarted(spec, reasonOf(answer), 'process-not-started');
    }
    child.pid = answer.pid;
    return supervised(id, spec, answer.pid, exited);
  }

  function supervised(child: number, spec: ProcessSpec, pid: number, exited: Promise<ProcessExit>): SupervisedProcess {
    const { name } = spec;
    return {
      name,
      pid,
      logFile: resolve(spec.logFile),
      exited,
      kill: async (signal) => {
        lastId += 1;
        await channel.ask(lastId, { kind: 'signal', child, signal }).catch(() => ended);
      },
      stop: async ({ graceMs }) => {
        lastId += 1;
        await channel.ask(lastId, { kind: 'stop', child, graceMs }, graceMs + endMarginMs).catch(() => {});
        return exited;
      },
    };
  }

  async function ask(order: Parameters<typeof channel.ask>[1]): Promise<Answer> {
    lastId += 1;
    const answer = await channel.ask(lastId, order);
    if (answer.kind !== 'failed') return answer;
    throw new LoadkitError('temp-folder', `${order.kind}: ${answer.message}`, { exitCode: exitCode.unreachable });
  }

  return {
    spawn,
    tempDir: async (prefix) => {
      const answer = await ask({ kind: 'temp-dir', prefix });
      if (answer.kind === 'temp-dir') return answer.path;
      throw new LoadkitError('temp-folder', `the watchdog answered "${answer.kind}" for a temp folder`);
    },
    removeAtEnd: async (path) => {
      doomed.add(resolve(path));
      await ask({ kind: 'remove-at-end', path: resolve(path) });
    },
    keep: async (path) => {
      const absolute = resolve(path);
      if (isInside(channel.folder, absolute)) {
        throw new LoadkitError('temp-folder', `${absolute} is a temp folder and cannot be kept: move it away instead`);
      }
      doomed.delete(absolute);
      await ask({ kind: 'keep', path: absolute });
    },
    runAtEnd: async (command) => {
      lastId += 1;
      const id = lastId;
      duties.set(id, command);
      const answer = await channel.ask(id, endOrder(command)).catch((error: unknown) => {
        duties.delete(id);
        throw error;
      });
      if (answer.kind !== 'done') {
        duties.delete(id);
        throw new LoadkitError('end-command', `${command.name} could not be registered: ${reasonOf(answer)}`);
      }
      return {
        withdraw: async () => {
          duties.delete(id);
          lastId += 1;
          // A watchdog that is gone runs nothing any more.
          await channel.ask(lastId, { kind: 'withdraw', duty: id }).catch(() => {});
        },
      };
    },
    close: async ({ graceMs = defaultGraceMs } = {}) => {
      closing = true;
      lastId += 1;
      const limitMs = [...duties.values()].reduce((sum, { timeoutMs }) => sum + timeoutMs, graceMs + endMarginMs);
      channel.ask(lastId, { kind: 'close', graceMs }, limitMs).catch(() => {});
      await withTimeout(limitMs, () => ended).catch(() => channel.kill());
      await ended;
    },
  };
}

function spawnOrder(spec: ProcessSpec): SpawnOrder {
  return {
    kind: 'spawn',
    name: spec.name,
    file: spec.file,
    args: [...spec.args],
    env: { ...spec.env },
    cwd: resolve(spec.cwd ?? '.'),
    logFile: resolve(spec.logFile),
    stdoutFile: spec.stdoutFile === undefined ? null : resolve(spec.stdoutFile),
  };
}

function endOrder({ name, file, args, env, cwd, logFile, timeoutMs }: EndCommand): EndOrder {
  return {
    kind: 'run-at-end',
    name,
    file,
    args: [...args],
    env: { ...env },
    cwd: resolve(cwd ?? '/'),
    logFile: resolve(logFile),
    timeoutMs,
  };
}

function notStarted(spec: ProcessSpec, reason: string, code: string): LoadkitError {
  return new LoadkitError(code, `${spec.name} (${spec.file}) could not be started: ${reason}`, {
    exitCode: exitCode.unreachable,
  });
}

function reasonOf(answer: Answer): string {
  return answer.kind === 'failed' ? answer.message : `unexpected answer "${answer.kind}"`;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
