import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containerValues, engineStatsSchema } from '../../../src/probes/process-engine.ts';
import { parseHostCpu, parseProcessStat } from '../../../src/probes/process-linux.ts';
import { parsePs } from '../../../src/probes/process-ps.ts';
import { altered, damaged, everyExample, longTexts, nativeNames, numberText } from '../malformed.ts';

const stat = `42 (my (odd) name) S ${Array.from({ length: 49 }, (_, index) => index).join(' ')}\n`;
const cpu = 'cpu  100 200 300 4000 500 60 70 80 10 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n';

test('a line of /proc about a process is whole numbers or none', () => {
  const fields = fc.array(numberText, { maxLength: 30 }).map((list) => `1 (a) S ${list.join(' ')}`);
  everyExample(fc.oneof(damaged(fc.constant(stat)), fields, fc.string()), (text) => {
    const parsed = parseProcessStat(text);
    expect(parsed === undefined || (Number.isFinite(parsed.cpuTicks) && parsed.cpuTicks >= 0)).toBe(true);
  });
});

test('the times of the processors are finite and not negative, or not there', () => {
  const fields = fc.array(numberText, { maxLength: 10 }).map((list) => `cpu ${list.join(' ')}`);
  everyExample(fc.oneof(damaged(fc.constant(cpu)), fields), (text) => {
    for (const value of Object.values(parseHostCpu(text) ?? {})) {
      expect(Number.isFinite(value) && value >= 0).toBe(true);
    }
  });
});

test('lines of ps are processes by number, or left out', () => {
  const lines = fc
    .array(fc.tuple(numberText, numberText, numberText, numberText))
    .map((list) => list.map(([pid, rss, minutes, seconds]) => `${pid} ${rss} ${minutes}:${seconds}`).join('\n'));
  everyExample(fc.oneof(damaged(fc.constant('  42  2048   1:02.50\n 7 10 1-02:03:04\n')), lines), (text) => {
    for (const [pid, { cpuSeconds, rssBytes }] of parsePs(text)) {
      expect(Number.isSafeInteger(pid)).toBe(true);
      expect(Number.isFinite(cpuSeconds) && cpuSeconds >= 0).toBe(true);
      expect(rssBytes === null || Number.isFinite(rssBytes)).toBe(true);
    }
  });
});

const stats = {
  ...{ read: '2026-01-01T00:00:01Z', preread: '2026-01-01T00:00:00Z', pids_stats: { current: 4 } },
  ...{ cpu_stats: { cpu_usage: { total_usage: 2e9 } }, precpu_stats: { cpu_usage: { total_usage: 1e9 } } },
  memory_stats: { stats: { anon: 5, file_mapped: 6 } },
};

test('figures of an engine are finite and no processor time is negative, or they are left out', () => {
  everyExample(altered(stats), (changed) => {
    const decoded = engineStatsSchema.safeParse(changed);
    if (!decoded.success) return;
    for (const [key, value] of Object.entries(containerValues('api', decoded.data))) {
      expect([key, Number.isFinite(value)]).toEqual([key, true]);
      if (key.startsWith('process_cpu_cores')) expect(value).toBeGreaterThanOrEqual(0);
    }
  });
  for (const name of nativeNames) expect(Object.keys(containerValues(name, stats))).toHaveLength(3);
});

test('a very long line is read or left out', () => {
  for (const text of longTexts(['', '1 (a) ', 'cpu ', '1 2 '], ['', ' x'])) {
    for (const read of [parseProcessStat, parseHostCpu, parsePs]) read(text);
  }
});
