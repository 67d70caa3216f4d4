import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mentionsLoadkit, readScriptFiles, takesRootGroup } from '../../../src/load/script-files.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadkit-script-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function filesOf(texts: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const [first = ''] = Object.keys(texts);
  return readScriptFiles(join(folder, first));
}

test('a scenario of ours is known by the name in its options, also where they stand in a module', async () => {
  expect(mentionsLoadkit(await filesOf({ 'a.ts': 'export const options = { ext: { loadkit: {} } };' }))).toBe(true);
  expect(
    mentionsLoadkit(
      await filesOf({
        'b.ts': "export { options } from './c.ts';",
        'c.ts': 'export const options = { ext: { loadkit: {} } };',
      }),
    ),
  ).toBe(true);
});

test('data that mentions it is no code', async () => {
  const files = await filesOf({ 'd.js': "const data = open('./data.json');", 'data.json': '["loadkit"]' });
  expect(mentionsLoadkit(files)).toBe(false);
  expect(files.size).toBe(2);
});

test.each([
  ['delete data.root_group;', true],
  ["delete data['root_group'];", true],
  ['data.root_group = null;', true],
  ["data['root_group'] = {};", true],
  ['const checks = data.root_group.checks;', false],
  ['if (data.root_group === undefined) return {};', false],
])('what handleSummary() does to the group that k6 needs is seen: %s', async (line, taken) => {
  const files = await filesOf({ 'e.js': `export function handleSummary(data) {\n${line}\nreturn {};\n}` });
  expect(takesRootGroup(files)).toBe(taken);
});
