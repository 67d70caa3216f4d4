import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: the unit of CPU time in /proc, 100 on every architecture that Node runs on (proc(5)). */
const ticksPerSecond = 100;

/** What the kernel has counted for one process so far. */
export interface ProcessCounts {
  /** Differs when another process has taken the pid. */
  readonly identity: string;
  readonly cpuSeconds: number;
  /** Seconds for which each live thread could have run but waited for a processor, by thread id. Null where the kernel does not tell. */
  readonly waitSeconds: ReadonlyMap<string, number> | null;
  readonly rssBytes: number | null;
  readonly threads: number | null;
  readonly openFds: number | null;
}

export interface HostCounts {
  readonly busySeconds: number;
  readonly stealSeconds: number;
  readonly totalSeconds: number;
  readonly memoryAvailableBytes: number | null;
  readonly load1: number | null;
}

// procfs answers from memory: a synchronous read takes about 10 µs, less than handing it to a thread.

/** Undefined when the process has ended. */
export function readLinuxProcess(pid: number): ProcessCounts | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const parsed = parseProcessStat(stat);
  if (parsed === undefined || parsed.state === 'Z' || parsed.state === 'X') return undefined;
  const status = readProc(`/proc/${pid}/status`) ?? '';
  const rssKb = field(status, /^VmRSS:\s+(\d+) kB/m);
  return {
    identity: `${pid}@${parsed.startTicks}`,
    cpuSeconds: parsed.cpuTicks / ticksPerSecond,
    waitSeconds: readWaits(pid),
    rssBytes: rssKb === null ? null : rssKb * 1024,
    threads: field(status, /^Threads:\s+(\d+)/m),
    openFds: listProc(`/proc/${pid}/fd`)?.length ?? null,
  };
}

/** Undefined when /proc/stat is not readable. */
export function readLinuxHost(): HostCounts | undefined {
  const cpu = parseHostCpu(readProc('/proc/stat') ?? '');
  if (cpu === undefined) return undefined;
  const availableKb = field(readProc('/proc/meminfo') ?? '', /^MemAvailable:\s+(\d+) kB/m);
  return {
    ...cpu,
    memoryAvailableBytes: availableKb === null ? null : availableKb * 1024,
    load1: field(readProc('/proc/loadavg') ?? '', /^([\d.]+)/),
  };
}

/** Fields 14, 15 and 22 of /proc/pid/stat (proc(5)). The name in field 2 may itself hold blanks and parentheses. */
export function parseProcessStat(text: string): { state: string; cpuTicks: number; startTicks: string } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, utime, stime, start] = [fields[0], whole(fields[11]), whole(fields[12]), fields[19]];
  if (state === undefined || start === undefined || utime === null || stime === null) return undefined;
  return { state, cpuTicks: utime + stime, startTicks: start };
}

/** The line `cpu` of /proc/stat: user nice system idle iowait irq softirq steal. Guest time is part of user time. */
export function parseHostCpu(
  text: string,
): { busySeconds: number; stealSeconds: number; totalSeconds: number } | undefined {
  const ticks = /^cpu\s+(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/).slice(0, 8).map(whole);
  if (ticks === undefined || ticks.length < 8 || !ticks.every((tick) => tick !== null)) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const busy = user + nice + system + irq + softirq;
  return {
    busySeconds: busy / ticksPerSecond,
    stealSeconds: steal / ticksPerSecond,
    totalSeconds: (busy + idle + iowait + steal) / ticksPerSecond,
  };
}

// Second number of schedstat: nanoseconds on the run queue (Documentation/scheduler/sched-stats.rst).
function readWaits(pid: number): Map<string, number> | null {
  const waits = new Map<string, number>();
  for (const thread of listProc(`/proc/${pid}/task`) ?? []) {
    const waited = readProc(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[1];
    const nanoseconds = whole(waited);
    if (nanoseconds !== null) waits.set(thread, nanoseconds / 1e9);
  }
  return waits.size === 0 ? null : waits;
}

function field(text: string, form: RegExp): number | null {
  const found = Number(form.exec(text)?.[1] ?? 'NaN');
  return Number.isFinite(found) ? found : null;
}

/** Of a number as the kernel writes it; an empty text is none, not 0. */
function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : null;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // ended meanwhile, or of another user
  }
}

function listProc(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
