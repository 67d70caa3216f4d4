import { readFile } from 'node:fs/promises';

/**
 * Processors that a process may use at once: the smallest of the machine's count, its affinity mask, `GOMAXPROCS` in
 * its environment and its cgroup's quota. Null where the machine does not tell (no /proc).
 */
export async function readCpuLimit(pid: number, cpuCount: number): Promise<number | null> {
  const status = await read(`/proc/${pid}/status`);
  if (status === null) return null;
  const limits = [
    cpuCount,
    affinity(status),
    goMaxProcs(await read(`/proc/${pid}/environ`)),
    await cgroupQuota(await read(`/proc/${pid}/cgroup`)),
  ];
  return Math.min(...limits.filter((limit) => limit !== null));
}

function affinity(status: string): number | null {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) return null;
  return list
    .split(',')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from, to]) => sum + ((to ?? from ?? 0) - (from ?? 0) + 1), 0);
}

function goMaxProcs(environ: string | null): number | null {
  const value = /(?:^|\0)GOMAXPROCS=(\d+)/.exec(environ ?? '')?.[1];
  return value === undefined || Number(value) < 1 ? null : Number(value);
}

/** cgroup v2 `cpu.max`: "quota period" in microseconds, or "max". */
async function cgroupQuota(cgroup: string | null): Promise<number | null> {
  const path = /^0::(\S+)$/m.exec(cgroup ?? '')?.[1];
  if (path === undefined) return null;
  const [quota, period] = ((await read(`/sys/fs/cgroup${path}/cpu.max`)) ?? 'max').trim().split(' ');
  return quota === undefined || quota === 'max' || period === undefined ? null : Number(quota) / Number(period);
}

async function read(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
