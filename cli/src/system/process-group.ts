import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, isGroupEmpty } from './process-identity.ts';
import type { SpawnOrder } from './watchdog-protocol.ts';

/** A child that leads a process group (and session) of its own. A descendant that leaves the group is out of reach. */
export interface ProcessGroup {
  readonly name: string;
  readonly pid: number;
  /** To the whole group; no error when it is gone. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when nobody of the group is left. A second call can only hurry it. */
  end(graceMs: number): Promise<void>;
}

export interface GroupListener {
  /** The child itself ended; others of its group may be left for a moment. */
  onExit(code: number | null, signal: NodeJS.Signals | null): void;
  /** Nobody of the group is left. */
  onGone(): void;
}

const pollMs = 10;
/** A process that outlives SIGKILL this long hangs in the kernel: nothing more can be done about it. */
const killedLimitMs = 1500;

/**
 * @param wrapper program and arguments that replace themselves by the child, or nothing
 * @throws the system's error when the log cannot be opened or the child cannot be started
 */
export function startProcessGroup(
  order: SpawnOrder,
  wrapper: readonly string[],
  listener: GroupListener,
): ProcessGroup {
  const child = spawnDetached(order, wrapper);
  child.once('error', () => {});
  const { pid } = child;
  if (pid === undefined) throw new Error(`${order.file} could not be started`);

  let leaderGone = false;
  let gone = false;
  let ending = 0;
  // Once gone, always gone: the number may belong to somebody else by then.
  const isGone = () => {
    if (!gone && leaderGone && isGroupEmpty(pid)) {
      gone = true;
      listener.onGone();
    }
    return gone;
  };
  const signal = (name: NodeJS.Signals) => {
    if (!isGone()) signalGroup(pid, name);
  };
  const end = async (graceMs: number) => {
    ending += 1;
    if (graceMs > 0 && !isGone()) {
      signal('SIGTERM');
      await waitUntil(isGone, graceMs);
    }
    signal('SIGKILL');
    await waitUntil(isGone, killedLimitMs);
    ending -= 1;
  };
  child.once('exit', (code, signalName) => {
    leaderGone = true;
    listener.onExit(code, signalName);
    // What is left of the group has lost its owner. While it is being ended it may use the grace that it was given.
    if (ending === 0) void end(0);
  });
  return { name: order.name, pid, signal, end };
}

/** Resolves when the group has no member left, or after `limitMs`. */
export async function killGroup(pid: number, limitMs: number): Promise<void> {
  signalGroup(pid, 'SIGKILL');
  await waitUntil(() => isGroupEmpty(pid), limitMs);
}

function spawnDetached(order: SpawnOrder, wrapper: readonly string[]): ChildProcess {
  const log = openSync(order.logFile, 'a', 0o600);
  const stdout = order.stdoutFile === null ? log : openSync(order.stdoutFile, 'a', 0o600);
  try {
    const [file = order.file, ...args] = [...wrapper, order.file, ...order.args];
    return spawn(file, args, {
      detached: true,
      stdio: ['ignore', stdout, log],
      env: order.env,
      cwd: order.cwd,
    });
  } finally {
    closeSync(log);
    if (stdout !== log) closeSync(stdout);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH' && errorCode(error) !== 'EPERM') throw error;
  }
}

async function waitUntil(isTrue: () => boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!isTrue() && performance.now() < deadline) await delay(pollMs);
}
