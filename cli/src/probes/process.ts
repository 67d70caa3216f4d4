import { metricKey } from '../record/metric-key.ts';
import type { Clock } from '../system/clock.ts';
import { abortable } from './abortable.ts';
import type { Probe } from './probe.ts';
import { engineReader, type WatchedContainer } from './process-engine.ts';
import { type HostCounts, type ProcessCounts, readLinuxHost, readLinuxProcess } from './process-linux.ts';
import { readPs } from './process-ps.ts';

export interface ProcessProbeOptions {
  /** Asked at each reading, so that a restarted process is followed. */
  readonly processes: () => readonly { readonly name: string; readonly pid: number }[];
  /** Asked at each reading too: the ones that run, with their engine. */
  readonly containers?: () => readonly WatchedContainer[];
  readonly clock: Clock;
  /** `process.platform` */
  readonly platform: NodeJS.Platform;
  readonly timeoutMs?: number;
}

interface Taken<T> {
  readonly at: number;
  readonly counts: T;
}

/**
 * CPU, memory, threads and open files of each process, CPU, memory and threads of each container, and the machine's own. CPU is in cores over the time since the
 * former reading, so the first reading of a process has none. Where there is no /proc, `ps` gives CPU and memory only.
 */
export function processProbe(options: ProcessProbeOptions): Probe {
  const { processes, containers = () => [], clock, platform, timeoutMs = 1_900 } = options;
  const engine = engineReader(clock);
  let former = new Map<string, Taken<ProcessCounts>>();
  let formerHost: Taken<HostCounts> | undefined;

  const countProcesses = async (pids: readonly number[], signal: AbortSignal): Promise<Map<number, ProcessCounts>> => {
    if (platform !== 'linux') return readPs(pids, signal);
    const counts = new Map<number, ProcessCounts>();
    for (const pid of pids) {
      const found = readLinuxProcess(pid);
      if (found !== undefined) counts.set(pid, found);
    }
    return counts;
  };

  const readAll = async (signal: AbortSignal): Promise<Record<string, number>> => {
    const named = processes();
    const counts = await countProcesses(
      named.map(({ pid }) => pid),
      signal,
    );
    const at = clock.monotonic();
    const values: Record<string, number> = {};
    const latest = new Map<string, Taken<ProcessCounts>>();
    for (const { name, pid } of named) {
      const now = counts.get(pid);
      if (now === undefined) continue;
      latest.set(name, { at, counts: now });
      Object.assign(values, processValues(name, now, at, former.get(name)));
    }
    former = latest;
    Object.assign(values, engine.read(containers()));
    const host = platform === 'linux' ? readLinuxHost() : undefined;
    if (host !== undefined) {
      const now = { at: clock.monotonic(), counts: host };
      Object.assign(values, hostValues(now, formerHost));
      formerHost = now;
    }
    return values;
  };

  return {
    name: 'process',
    timeoutMs,
    read: (signal) =>
      abortable(
        signal,
        () => undefined,
        () => readAll(signal),
      ),
    notes: () => [
      ...(platform === 'linux'
        ? []
        : [`on ${platform} only process_cpu_cores and process_rss_bytes are read, with ps`]),
      ...engine.notes(),
    ],
    close: async () => engine.close(),
  };
}

function processValues(
  process: string,
  now: ProcessCounts,
  at: number,
  former: Taken<ProcessCounts> | undefined,
): Record<string, number> {
  const values: Record<string, number> = {};
  const put = (name: string, value: number | null): void => {
    if (value !== null) values[metricKey(name, { process })] = value;
  };
  put('process_rss_bytes', now.rssBytes);
  put('process_threads', now.threads);
  put('process_open_fds', now.openFds);
  if (former === undefined || former.counts.identity !== now.identity || at <= former.at) return values;
  const seconds = (at - former.at) / 1000;
  put('process_cpu_cores', Math.max(0, now.cpuSeconds - former.counts.cpuSeconds) / seconds);
  const waited = waitedSince(former.counts.waitSeconds, now.waitSeconds);
  put('process_cpu_wait_cores', waited === null ? null : waited / seconds);
  return values;
}

/** Of the threads that live now; what a thread waited that has ended since is lost. */
function waitedSince(former: ProcessCounts['waitSeconds'], now: ProcessCounts['waitSeconds']): number | null {
  if (former === null || now === null) return null;
  let waited = 0;
  for (const [thread, total] of now) waited += Math.max(0, total - (former.get(thread) ?? 0));
  return waited;
}

function hostValues(now: Taken<HostCounts>, former: Taken<HostCounts> | undefined): Record<string, number> {
  const { counts } = now;
  const values: Record<string, number> = {};
  if (counts.memoryAvailableBytes !== null) values.host_memory_available_bytes = counts.memoryAvailableBytes;
  if (counts.load1 !== null) values.host_load1 = counts.load1;
  if (former === undefined || now.at <= former.at) return values;
  values.host_cpu_busy_cores =
    Math.max(0, counts.busySeconds - former.counts.busySeconds) / ((now.at - former.at) / 1000);
  const total = counts.totalSeconds - former.counts.totalSeconds;
  if (total > 0) values.host_cpu_steal_ratio = Math.max(0, counts.stealSeconds - former.counts.stealSeconds) / total;
  return values;
}
