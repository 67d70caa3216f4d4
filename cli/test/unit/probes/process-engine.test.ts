import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { containerValues, engineReader, engineStatsSchema } from '../../../src/probes/process-engine.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { pollUntil } from '../../../src/system/polling.ts';

const first = '0001-01-01T00:00:00Z';

function stats(changes: Record<string, unknown>) {
  return engineStatsSchema.parse({
    read: '2026-01-01T00:00:02.5Z',
    preread: '2026-01-01T00:00:01.5Z',
    cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
    precpu_stats: { cpu_usage: { total_usage: 1_750_000_000 } },
    memory_stats: { stats: { anon: 100, file_mapped: 20, inactive_file: 7 } },
    pids_stats: { current: 9 },
    ...changes,
  });
}

it('reads cores between two looks of the engine, and memory without the page cache', () => {
  expect(containerValues('redis', stats({}))).toEqual({
    'process_rss_bytes{process:redis}': 120,
    'process_threads{process:redis}': 9,
    'process_cpu_cores{process:redis}': 0.75,
  });
});

it('reads the names that cgroup 1 has', () => {
  const memory = { stats: { total_rss: 1_000, total_mapped_file: 24, rss: 5 } };
  expect(containerValues('redis', stats({ memory_stats: memory }))['process_rss_bytes{process:redis}']).toBe(1024);
});

it('leaves out what the engine does not tell: never 0', () => {
  const nothing = { memory_stats: {}, pids_stats: {} };
  expect(containerValues('redis', stats({ ...nothing, preread: first }))).toEqual({});
  expect(containerValues('redis', stats({ ...nothing, read: first, preread: first }))).toEqual({});
  const restarted = { cpu_stats: { cpu_usage: { total_usage: 5 } } };
  expect(containerValues('redis', stats({ ...nothing, ...restarted }))).toEqual({});
});

it.each([
  ['ssh://me@there', 'reached over ssh://me@there'],
  ['npipe:////./pipe/docker_engine', 'reached over npipe:'],
  [null, 'reached over an unknown address'],
])('notes that an engine at %s is not asked', (engine, note) => {
  const reader = engineReader(systemClock);
  expect(reader.read([{ name: 'redis', id: 'a', engine }])).toEqual({});
  expect(reader.notes()).toEqual([expect.stringContaining(note)]);
  reader.read([]);
  expect(reader.notes()).toEqual([]);
});

it('notes an engine that does not answer or does not know the container, and takes up with it again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lk-engine-'));
  const socket = join(folder, 's');
  const container = { name: 'redis', id: 'a', engine: `unix://${socket}` };
  const reader = engineReader(systemClock);
  const noted = (part: string) =>
    pollUntil(
      async () => {
        reader.read([container]);
        return reader.notes().some((note) => note.includes(part)) || undefined;
      },
      { clock: systemClock, timeoutMs: 10_000, intervalMs: 20 },
    );
  expect(await noted('ENOENT')).toMatchObject({ timedOut: false });
  const server = createServer((_, response) => response.writeHead(404).end('{"message":"No such container"}'));
  await new Promise<void>((done) => server.listen(socket, done));
  expect(await noted('status 404')).toMatchObject({ timedOut: false });
  reader.close();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});
