import { execFile } from 'node:child_process';
import type { ProcessCounts } from './process-linux.ts';

/** CPU time and resident memory by pid from `ps`, for systems without /proc (macOS). */
export async function readPs(pids: readonly number[], signal: AbortSignal): Promise<Map<number, ProcessCounts>> {
  if (pids.length === 0) return new Map();
  const args = ['-o', 'pid=,rss=,time=', '-p', pids.join(',')];
  const text = await new Promise<string>((resolve, reject) => {
    // ps ends with 1 when one of the processes is gone; what it printed of the others is right.
    execFile('ps', args, { signal, env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } }, (error, stdout) => {
      if (error !== null && error.code !== 1) reject(error);
      else resolve(stdout);
    });
  });
  return parsePs(text);
}

/** Lines of `pid rss time`, rss in KiB, time as `[[days-]hours:]minutes:seconds`. */
export function parsePs(text: string): Map<number, ProcessCounts> {
  const counts = new Map<number, ProcessCounts>();
  for (const line of text.split('\n')) {
    const [pid, rss, time] = line.trim().split(/\s+/);
    const cpuSeconds = time === undefined ? undefined : parseCpuTime(time);
    if (pid === undefined || !/^\d{1,15}$/.test(pid) || cpuSeconds === undefined) continue;
    const rssBytes = rss !== undefined && /^\d+$/.test(rss) ? Number(rss) * 1024 : Number.NaN;
    counts.set(Number(pid), {
      identity: pid,
      cpuSeconds,
      waitSeconds: null,
      rssBytes: Number.isFinite(rssBytes) ? rssBytes : null,
      threads: null,
      openFds: null,
    });
  }
  return counts;
}

function parseCpuTime(text: string): number | undefined {
  const found = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (found === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return Number.isFinite(total) ? total : undefined;
}
