import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { processProbe } from '../../../src/probes/process.ts';
import { parseHostCpu, parseProcessStat } from '../../../src/probes/process-linux.ts';
import { parsePs, readPs } from '../../../src/probes/process-ps.ts';
import { systemClock } from '../../../src/system/clock.ts';

const signal = new AbortController().signal;

describe('reading /proc', () => {
  it('finds the times behind a name with blanks and parentheses', () => {
    const fields = ['S', ...Array.from({ length: 10 }, () => '0'), '250', '50', '0', '0', '20', '0', '9', '0', '777'];
    expect(parseProcessStat(`42 (my (odd) name) ${fields.join(' ')} 1 2 3\n`)).toEqual({
      state: 'S',
      cpuTicks: 300,
      startTicks: '777',
    });
  });

  it('counts neither idle, waiting nor stolen time as busy', () => {
    expect(parseHostCpu('cpu  100 200 300 4000 500 60 70 80 10 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toEqual({
      busySeconds: 7.3,
      stealSeconds: 0.8,
      totalSeconds: 53.1,
    });
  });
});

describe('reading ps', () => {
  it('reads CPU time as macOS and as Linux write it', () => {
    const counts = parsePs('  42  2048   1:02.50\n 7 10 1-02:03:04\n\n 8 10 02:03:04\nbad line\n');
    expect([...counts].map(([pid, { cpuSeconds, rssBytes }]) => [pid, cpuSeconds, rssBytes])).toEqual([
      [42, 62.5, 2_097_152],
      [7, 93_784, 10_240],
      [8, 7_384, 10_240],
    ]);
  });

  it('leaves out a process that has ended', async () => {
    const counts = await readPs([process.pid, 4_194_303], signal);
    expect([...counts.keys()]).toEqual([process.pid]);
    expect(counts.get(process.pid)?.rssBytes).toBeGreaterThan(1_000_000);
  });
});

describe.runIf(process.platform === 'linux')('the process probe', () => {
  it('gives rates from the second reading on, of this process and of the machine', async () => {
    const probe = processProbe({
      processes: () => [
        { name: 'self', pid: process.pid },
        { name: 'gone', pid: 4_194_303 },
      ],
      clock: systemClock,
      platform: process.platform,
    });
    const first = await probe.read(signal);
    spin(200);
    const secondReading = await probe.read(signal);

    expect(Object.keys(first).filter((key) => /cpu/.test(key))).toEqual([]);
    expect(Object.keys(secondReading).some((key) => key.includes('gone'))).toBe(false);
    expect(secondReading['process_cpu_cores{process:self}']).toBeGreaterThan(0.05);
    expect(secondReading['process_cpu_wait_cores{process:self}']).toBeGreaterThanOrEqual(0);
    expect(secondReading['process_threads{process:self}']).toBeGreaterThan(1);
    expect(secondReading['process_open_fds{process:self}']).toBeGreaterThan(2);
    expect(secondReading.host_cpu_busy_cores).toBeGreaterThan(0);
    const total = Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
    expect(secondReading.host_memory_available_bytes).toBeLessThanOrEqual(total);
  });

  it('starts anew when a name has another process', async () => {
    let pid = process.pid;
    const probe = processProbe({ processes: () => [{ name: 'api', pid }], clock: systemClock, platform: 'linux' });
    await probe.read(signal);
    pid = process.ppid;
    const values = await probe.read(signal);
    expect(values['process_rss_bytes{process:api}']).toBeGreaterThan(0);
    expect(values['process_cpu_cores{process:api}']).toBeUndefined();
  });
});

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
