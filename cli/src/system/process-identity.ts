import { readdirSync, readFileSync } from 'node:fs';

/** A process, not merely its number: a pid that was given to somebody else has another start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start, from `/proc`; null where there is no `/proc`. */
  readonly startedAt: string | null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: readStat(pid)?.startedAt ?? null };
}

/** True when exactly that process still runs; without `/proc`, when its pid is in use. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (startedAt !== null) return readStat(pid)?.startedAt === startedAt;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** True when exactly that process is held by SIGSTOP (or a debugger); undefined where the system does not tell. */
export function isStopped({ pid, startedAt }: ProcessIdentity): boolean | undefined {
  if (startedAt === null) return undefined;
  const stat = readStat(pid);
  return stat?.startedAt === startedAt && /^t$/i.test(stat.state);
}

/** True when nobody of the process group is left that we could signal. */
export function isGroupEmpty(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    // ESRCH: nobody. EPERM: only zombies (macOS), or processes that we may not touch anyway.
    return true;
  }
  // Linux counts zombies too, and the first process of a container may never ask for its adopted ones.
  const pids = listProcesses();
  return pids.length > 0 && !pids.some((pid) => readStat(pid)?.group === group);
}

/** `ENOENT`, `EACCES`, …; undefined for anything that is no system error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Undefined for a process that is not there, or is a zombie: dead, though its parent may never ask for it. */
function readStat(pid: number): { state: string; startedAt: string; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may hold spaces: count from its end.
    const [state = '', , group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { state, group: Number(group), startedAt: rest[16] ?? '' };
  } catch {
    return undefined;
  }
}
