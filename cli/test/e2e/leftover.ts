import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  readonly variables: readonly string[];
}

/** Temp folders of loadkit commands (not those of tests). */
export function commandFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^loadkit-[A-Za-z0-9]{6}$/.test(name));
}

/**
 * Looks until nothing is left or `limitMs` is over; the last look counts.
 *
 * @param mark a value in the command's environment, which all its children inherit
 */
export async function settledLeftover(
  mark: string,
  foldersBefore: readonly string[],
  limitMs: number,
): Promise<Leftover> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = leftover(mark, foldersBefore);
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

function leftover(mark: string, foldersBefore: readonly string[]): Leftover {
  const ours = [
    ...marked(mark),
    ...processes().filter((seen) => isRedis(seen) && seen.folder !== null && !foldersBefore.includes(seen.folder)),
  ];
  return {
    processes: ours.map(({ pid, command }) => `${pid} ${command}`),
    folders: commandFolders().filter((name) => !foldersBefore.includes(name)),
  };
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
        const place = `${readlinkSync(`/proc/${pid}/cwd`)} ${command}`;
        const folder = /\/(loadkit-[A-Za-z0-9]{6})\b/.exec(place)?.[1] ?? null;
        const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return [{ pid: Number(pid), command, folder, variables }];
      } catch {
        return [];
      }
    });
}
