import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mentionsLoadkit, readScriptFiles, takesRootGroup } from '../../../src/load/script-files.ts';
import { damaged, everyExampleInTurn, longTexts } from '../malformed.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-malformed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = join(folder, 'script.ts');
  await writeFile(file, text);
  const files = await readScriptFiles(file);
  return { files: files.size, ours: mentionsLoadkit(files), taken: takesRootGroup(files) };
}

const script = `import http from 'k6/http';
import { a } from './script.ts';
const data = open('./data.json');
export const options = { ext: { loadkit: {} } };
export function handleSummary(data) { delete data.root_group; return {}; }
`;

test('a script is read with what it refers to, itself among it, once', async () => {
  expect(await read(script)).toEqual({ files: 1, ours: true, taken: true });
});

test('a garbled script is read, whatever it refers to', async () => {
  await everyExampleInTurn(damaged(fc.constant(script)), async (text) => {
    expect((await read(text)).files).toBe(1);
  });
});

test('a very long script is read', async () => {
  for (const text of longTexts(['handleSummary; import'], [' x'])) await read(text);
  for (const unit of ['import ', 'delete ', 'root_group ', "from './"]) {
    await read(`handleSummary ${unit.repeat(200_000 / unit.length)}`);
  }
});
