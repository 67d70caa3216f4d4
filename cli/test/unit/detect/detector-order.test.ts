import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDetectorOrder } from '../../../src/detect/detector-order.ts';
import { order } from './built-watch.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-detector-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: string) {
  const file = join(folder, 'order.json');
  writeFileSync(file, content);
  return readDetectorOrder(file);
}

it('is read as it was written', async () => {
  expect(await read(JSON.stringify(order))).toEqual(order);
});

it('says what is wrong with it, and where', async () => {
  await expect(read('{')).rejects.toMatchObject({ code: 'order-unreadable', exitCode: 2 });
  await expect(read(JSON.stringify({ ...order, latencyMs: 0 }))).rejects.toThrow('latencyMs');
  await expect(readDetectorOrder(join(folder, 'none.json'))).rejects.toThrow('none.json cannot be read');
});

it('sends no canary to another machine', async () => {
  await expect(read(JSON.stringify({ ...order, canaryUrl: 'http://10.0.0.7/api' }))).rejects.toThrow(
    'canaryUrl: a canary goes to this machine only',
  );
  expect((await read(JSON.stringify({ ...order, canaryUrl: 'http://localhost:1/' }))).canaryUrl).not.toBeNull();
});
