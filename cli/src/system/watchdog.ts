/**
 * The watchdog's own program: `node watchdog.js TEMP_ROOT`, with an IPC channel to the command that it serves.
 * It owns the command's children and temp folders, and ends them when it is told to or when the channel closes,
 * which the system does for a command that was killed. Then it runs the commands that undo the rest.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from './clock.ts';
import { type CommandFolder, makeCommandFolder, removeFolder, sweepCommandFolders } from './command-folder.ts';
import { runEndCommands } from './end-command.ts';
import { onEndingSignal } from './ending-signals.ts';
import { messageOf } from './error.ts';
import { findExecutable } from './executable-file.ts';
import { type ProcessGroup, startProcessGroup } from './process-group.ts';
import { errorCode } from './process-identity.ts';
import {
  type Answer,
  type EndOrder,
  type Order,
  type Reply,
  requestSchema,
  type SpawnOrder,
} from './watchdog-protocol.ts';

/** Processes and folders of a killed command are gone within 3 s. The end commands have limits of their own. */
const orphanedLimitMs = 2800;

const groups = new Map<number, ProcessGroup>();
const doomed = new Set<string>();
const duties = new Map<number, EndOrder>();
let closing = false;
let undone: Promise<void> | undefined;
let wrapper: readonly string[] | undefined;

function main(): void {
  // Ctrl-C and a closed terminal are the command's business; it closes us when it is done.
  onEndingSignal(() => {});
  process.on('disconnect', () => void endOrphaned());
  process.on('uncaughtException', () => void endOrphaned());
  // Nothing tells of a channel that closed while this program was being loaded.
  if (!process.connected) process.exit(1);
  const [tempRoot = ''] = process.argv.slice(2);
  const folder = tryMakeCommandFolder(tempRoot);
  if (folder === undefined) return;
  doomed.add(folder.path);
  process.on('message', (message) => receive(message, folder));
  reply({ kind: 'ready', folder: folder.path });
  sweepCommandFolders(tempRoot).catch(() => {});
}

function tryMakeCommandFolder(tempRoot: string): CommandFolder | undefined {
  try {
    return makeCommandFolder(tempRoot, [process.pid, process.ppid]);
  } catch (error) {
    reply({ kind: 'not-ready', message: messageOf(error) });
    return undefined;
  }
}

function receive(message: unknown, folder: CommandFolder): void {
  const request = requestSchema.safeParse(message);
  // Who asked waits for an answer only so long; what this process looks after must not end for it.
  if (!request.success) return;
  const { id, order } = request.data;
  carryOut(id, order, folder).then(
    (answer) => reply({ kind: 'answer', id, answer }),
    (error: unknown) => {
      const answer = { kind: 'failed', code: errorCode(error) ?? 'failed', message: messageOf(error) } as const;
      reply({ kind: 'answer', id, answer });
    },
  );
}

async function carryOut(id: number, order: Order, folder: CommandFolder): Promise<Answer> {
  switch (order.kind) {
    case 'spawn':
      return { kind: 'spawned', pid: start(id, order) };
    case 'signal':
      groups.get(order.child)?.signal(order.signal);
      break;
    case 'stop':
      await groups.get(order.child)?.end(order.graceMs);
      break;
    case 'temp-dir':
      if (closing) throw new Error('everything is being ended');
      return { kind: 'temp-dir', path: folder.makeTempDir(order.prefix) };
    case 'remove-at-end':
      doomed.add(order.path);
      break;
    case 'keep':
      doomed.delete(order.path);
      break;
    case 'run-at-end':
      if (closing) throw new Error('everything is being ended');
      duties.set(id, order);
      break;
    case 'withdraw':
      duties.delete(order.duty);
      break;
    case 'close':
      await endAll(order.graceMs);
      process.exit(0);
  }
  return { kind: 'done' };
}

function start(child: number, order: SpawnOrder): number {
  if (closing) throw new Error('everything is being ended');
  if (!statSync(order.cwd, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`there is no folder ${order.cwd}`);
  const file = findExecutable(order.file, order.cwd, order.env.PATH);
  if (file === undefined) throw new Error(`there is no program ${order.file}`);
  wrapper ??= parentDeathWrapper();
  const group = startProcessGroup({ ...order, file }, wrapper, {
    onExit: (code, signal) => reply({ kind: 'exited', child, code, signal, at: systemClock.now() }),
    onGone: () => groups.delete(child),
  });
  groups.set(child, group);
  return group.pid;
}

async function endAll(graceMs: number): Promise<void> {
  await endGroups(graceMs);
  await Promise.all([removeFolders(), undo()]);
}

async function endGroups(graceMs: number): Promise<void> {
  closing = true;
  // The load generator first, so that it does not hammer services that are going down.
  const left = [...groups.values()].sort((a, b) => Number(isGenerator(b)) - Number(isGenerator(a)));
  await Promise.all(left.map((group) => group.end(graceMs)));
}

async function removeFolders(): Promise<void> {
  await Promise.allSettled([...doomed].map(removeFolder));
}

/** Once, also when the command vanishes while it is being closed. */
function undo(): Promise<void> {
  undone ??= runEndCommands([...duties.values()]);
  return undone;
}

function isGenerator({ name }: ProcessGroup): boolean {
  return name.startsWith('k6');
}

async function endOrphaned(): Promise<void> {
  const limit = delay(orphanedLimitMs);
  await Promise.race([limit, endGroups(0)]);
  await Promise.all([Promise.race([limit, removeFolders()]), undo()]);
  process.exit(1);
}

/** On Linux the kernel ends a child when the watchdog itself is killed, if util-linux's setpriv is there to ask for it. */
function parentDeathWrapper(): readonly string[] {
  const [setpriv, nothing] = ['setpriv', 'true'].map((name) => findExecutable(name, '/', '/usr/bin:/bin'));
  if (setpriv === undefined || nothing === undefined) return [];
  const ask = ['--pdeathsig', 'KILL', '--'];
  const { status } = spawnSync(setpriv, [...ask, nothing], { stdio: 'ignore', timeout: 2000 });
  return status === 0 ? [setpriv, ...ask] : [];
}

function reply(message: Reply): void {
  // The command may be gone between the check and the write; `disconnect` says so too.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

main();
