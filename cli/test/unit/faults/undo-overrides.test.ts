import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { never } from '../../../src/faults/never.ts';
import { undoStep } from '../../../src/faults/undo/undone.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-overrides-'));
  file = join(folder, 'overrides.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const undo = (id = 'ours') => undoStep({ kind: 'overrides', file, id }, never);

it('takes the file away when it is ours, once', async () => {
  writeFileSync(file, JSON.stringify({ id: 'ours', until: 1, settings: {} }));
  expect(await undo()).toEqual({ kind: 'overrides', subject: 'ours', outcome: 'undone', error: null });
  expect(existsSync(file)).toBe(false);
  expect(await undo()).toMatchObject({ outcome: 'absent', error: null });
});

it.each([
  ['another’s', JSON.stringify({ id: 'theirs', until: 1, settings: {} })],
  ['no JSON', '{"id":"ours"'],
  ['without an id', '["ours"]'],
])('leaves one alone that is %s', async (_, content) => {
  writeFileSync(file, content);
  expect(await undo()).toMatchObject({ outcome: 'absent' });
  expect(existsSync(file)).toBe(true);
});

it('finds nothing to undo where the folder is gone', async () => {
  rmSync(folder, { recursive: true });
  expect(await undo()).toMatchObject({ outcome: 'absent' });
  mkdirSync(folder);
});

it('says why it cannot tell', async () => {
  mkdirSync(file);
  expect(await undo()).toMatchObject({ outcome: 'failed', error: expect.stringContaining('EISDIR') });
});
