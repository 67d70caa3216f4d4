import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptDigest } from '../../../src/load/script-digest.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadkit-digest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('the digest of a script on its own is that of its bytes', async () => {
  const text = "import http from 'k6/http';\n";
  expect(await scriptDigest(await file('alone.ts', text))).toBe(createHash('sha256').update(text).digest('hex'));
});

test('the digest changes with a file that is imported by an imported file', async () => {
  const script = await file('main.ts', "import { a } from './a.ts';\nimport './main.ts';\n");
  await file('a.ts', "const data = open('./data.json');\nexport { b } from './b.ts';\n");
  await file('b.ts', 'export const b = 1;\n');
  await file('data.json', '[]');
  const before = await scriptDigest(script);

  await file('b.ts', 'export const b = 2;\n');
  const after = await scriptDigest(script);
  await file('data.json', '[1]');

  expect(await scriptDigest(script)).not.toBe(after);
  expect(after).not.toBe(before);
});
