import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';
import { tailLines } from '../../src/system/line-tail.ts';
import { pollUntil } from '../../src/system/polling.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-tail-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function follow(name: string) {
  const file = join(folder, name);
  const lines: string[] = [];
  return { file, lines, tail: tailLines(file, systemClock, (line) => lines.push(line)) };
}

describe('lines that another process appends', () => {
  test('are heard once each, in order, also where a line comes in two pieces', async () => {
    const { file, lines, tail } = follow('pieces');
    await appendFile(file, 'one\ntw');
    await pollUntil(async () => (lines.length > 0 ? true : undefined), {
      clock: systemClock,
      timeoutMs: 10_000,
      intervalMs: 10,
    });
    expect(lines).toEqual(['one']);
    await appendFile(file, 'o\nthree\n');
    await tail.stop();
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('are heard to the last when it stops, a line without its end too', async () => {
    const { file, lines, tail } = follow('last');
    await appendFile(file, `${'가'.repeat(40_000)}\nhalf`);
    await tail.stop();
    expect(lines.map(({ length }) => length)).toEqual([40_000, 4]);
  });

  test('are none where the file never comes', async () => {
    const { lines, tail } = follow('never');
    await tail.stop();
    expect(lines).toEqual([]);
  });
});
