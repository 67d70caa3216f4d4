import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLogTail } from '../../src/system/log-tail.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-tail-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives the last lines without the blank ones', async () => {
  const file = join(folder, 'a.log');
  writeFileSync(file, 'one\ntwo\n\nthree\n  \n');
  expect(await readLogTail(file, 2)).toEqual(['two', 'three']);
});

it('never gives a line that was cut in two', async () => {
  const file = join(folder, 'b.log');
  writeFileSync(file, `${'x'.repeat(20_000)}\nlast\n`);
  expect(await readLogTail(file, 5)).toEqual(['last']);
});

it('gives nothing for a log that is not there', async () => {
  expect(await readLogTail(join(folder, 'none.log'), 5)).toEqual([]);
});
