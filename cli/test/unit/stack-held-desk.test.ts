import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventLine } from '../../src/record/series.ts';
import { type HeldDesk, openHeldDesk } from '../../src/stack/held-desk.ts';
import { askStatus, type HeldLine, takeStack } from '../../src/stack/held-line.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';

let folder: string;
let socket: string;
let desk: HeldDesk;
let processes: Array<{ name: string; pid: number }>;
let emit: (event: EventLine) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-desk-'));
  socket = join(folder, 'desk');
  processes = [
    { name: 'redis', pid: 11 },
    { name: 'api', pid: 12 },
  ];
  desk = await openHeldDesk(socket, {
    processes: () => processes,
    containers: () => [],
    onEvent: (listener) => {
      emit = listener;
    },
  });
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function taken(): Promise<HeldLine> {
  const line = await takeStack(socket);
  if ('takenBy' in line) throw new Error(`taken by ${line.takenBy}`);
  return line;
}

/** As another process would ask, whose pid is 1. */
function stranger(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const other = connect(socket);
    other.once('error', reject);
    other.once('data', (data) => {
      resolve(JSON.parse(String(data)));
      other.destroy();
    });
    other.write('{"ask":"take","pid":1}\n');
  });
}

async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const attempt = async () => ((await isTrue()) ? true : undefined);
  const { timedOut } = await pollUntil(attempt, { clock: systemClock, timeoutMs: 5_000, intervalMs: 10 });
  expect(timedOut).toBe(false);
}

it('lends the stack to one process at a time, as often as it asks', async () => {
  const lines = [await taken(), await taken()];
  expect(await stranger()).toEqual({ kind: 'refused', takenBy: process.pid });
  expect((await askStatus(socket)).takenBy).toBe(process.pid);
  lines[0]?.release();
  expect(await stranger()).toMatchObject({ kind: 'refused' });
  lines[1]?.release();
  await until(async () => (await askStatus(socket)).takenBy === null);
  expect(await stranger()).toMatchObject({ kind: 'taken' });
});

it('tells the taker of a restart, with the new pid, and of what is missing', async () => {
  const line = await taken();
  const events: EventLine[] = [];
  line.onEvent((event) => events.push(event));
  processes = [{ name: 'redis', pid: 11 }];
  emit({ kind: 'event', t: 1, name: 'process-exited', subject: 'api', detail: 'exit code 9\nits last line' });
  await until(() => events.length === 1);
  expect(line.living()).toMatchObject({ missing: ['api'] });
  processes = [...processes, { name: 'api', pid: 13 }];
  emit({ kind: 'event', t: 2, name: 'process-restarted', subject: 'api' });
  await until(() => events.length === 2);
  expect(events.map(({ name, detail }) => [name, detail])).toEqual([
    ['process-exited', 'exit code 9\nits last line'],
    ['process-restarted', undefined],
  ]);
  expect(line.living()).toEqual({ processes, containers: [], missing: [] });
});

it('tells the taker when the keeper is gone, and says nothing after the stack was given back', async () => {
  let lost = 0;
  const [line, given] = [await taken(), await taken()];
  for (const one of [line, given]) one.onLost(() => (lost += 1));
  given.release();
  await desk.close();
  await until(() => lost > 0);
  expect(lost).toBe(1);
  expect(line.living().processes).toEqual([]);
  await expect(takeStack(socket)).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});

it('hangs up on whoever speaks another language, and goes on', async () => {
  const other = connect(socket);
  const closed = new Promise((done) => other.once('close', done));
  other.write('GET / HTTP/1.1\n');
  await closed;
  expect((await askStatus(socket)).living.missing).toEqual([]);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});
