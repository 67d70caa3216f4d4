import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a command may have left: processes that carry its mark in their environment, and temp folders. */
export interface Leftover {
  readonly processes: readonly string[];
  readonly folders: readonly string[];
}

/** `mark`: a value that was in the command's environment and is inherited by all its children. */
export function leftover(mark: string, foldersBefore: readonly string[]): Leftover {
  return {
    processes: markedProcesses(mark),
    folders: commandFolders().filter((name) => !foldersBefore.includes(name)),
  };
}

/** Temp folders of loadkit commands (not those of tests). */
export function commandFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('loadkit-') && !/^loadkit-(e2e|test)-/.test(name));
}

/** Looks until nothing is left or `limitMs` is over; the last look counts. */
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

/** `pid command` of each process with the mark; a zombie is gone. */
export function markedProcesses(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) return [];
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120)}`];
      } catch {
        return [];
      }
    });
}

/** Pid of the marked process with this `NAME=value` in its environment or this word in its command line. */
export function findMarked(mark: string, wanted: { environment?: string; command?: RegExp }): number {
  const found = markedProcesses(mark).find((line) => {
    const pid = line.split(' ', 1)[0] ?? '';
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return (
      (wanted.environment === undefined || variables.includes(wanted.environment)) &&
      (wanted.command === undefined || wanted.command.test(line))
    );
  });
  if (found === undefined)
    throw new Error(`no process of this run is ${JSON.stringify(wanted)}: ${markedProcesses(mark)}`);
  return Number(found.split(' ', 1)[0]);
}
