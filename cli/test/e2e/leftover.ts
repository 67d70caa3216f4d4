import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a command left: processes that were its own, and temp folders. */
export interface Leftover {
  readonly processes: readonly string[];
  readonly folders: readonly string[];
}

interface Seen {
  readonly pid: number;
  readonly command: string;
  /** Name of the command's temp folder that it works in. */
  readonly folder: string | null;
  /** That folder was removed under it: it belongs to nobody any more. */
  readonly orphaned: boolean;
  readonly variables: readonly string[];
}

/** A command that was started: its pid, and a value in its environment, which all its children inherit. */
export interface Started {
  readonly pid: number;
  readonly mark: string;
}

/** Looks until nothing is left or `limitMs` is over; the last look counts. */
export async function settledLeftover(started: Started, limitMs: number): Promise<Leftover> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = leftover(started);
    if ((left.processes.length === 0 && left.folders.length === 0) || Date.now() >= deadline) return left;
    await sleep(100);
  }
}

/** Pid of the run's process with this `NAME=value` in its environment. */
export function findProcess(mark: string, variable: string): number {
  const found = marked(mark).find(({ variables }) => variables.includes(variable));
  if (found === undefined) throw new Error(`no process of this run has ${variable}`);
  return found.pid;
}

/** Pid of the run's Redis: the one in the folder that its other processes work in. */
export function findRedis(mark: string): number {
  const folders = marked(mark).map(({ folder }) => folder);
  const found = processes().find((seen) => isRedis(seen) && seen.folder !== null && folders.includes(seen.folder));
  if (found === undefined) throw new Error('this run has no Redis');
  return found.pid;
}

function leftover({ pid, mark }: Started): Leftover {
  const folders = commandFolders(pid);
  const redis = processes().filter(
    (seen) => isRedis(seen) && seen.folder !== null && (seen.orphaned || folders.includes(seen.folder)),
  );
  return { processes: [...marked(mark), ...redis].map((seen) => `${seen.pid} ${seen.command}`), folders };
}

/** Temp folders that name this command as their owner; other commands may run beside the test. */
function commandFolders(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => {
    if (!/^loadkit-[A-Za-z0-9]{6}$/.test(name)) return false;
    try {
      return readFileSync(join(tmpdir(), name, 'owner.json'), 'utf8').includes(`"pid":${pid},`);
    } catch {
      return false;
    }
  });
}

function marked(mark: string): Seen[] {
  return processes().filter(({ variables }) => variables.some((variable) => variable.endsWith(`=${mark}`)));
}

/** Redis writes its title over its environment, so the mark is gone there: it is known by its folder. */
function isRedis({ command }: Seen): boolean {
  return command.includes('redis-server');
}

/** All processes but this one and zombies. */
function processes(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 160);
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        const place = `${cwd} ${command}`;
        const folder = /\/(loadkit-[A-Za-z0-9]{6})\b/.exec(place)?.[1] ?? null;
        const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return [{ pid: Number(pid), command, folder, orphaned: cwd.endsWith(' (deleted)'), variables }];
      } catch {
        return [];
      }
    });
}
