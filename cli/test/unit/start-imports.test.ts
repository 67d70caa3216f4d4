import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';

const cli = fileURLToPath(new URL('../..', import.meta.url));
const hook = new URL('../fixtures/start/loaded-modules.mjs', import.meta.url).href;
const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string()) });
const { dependencies } = manifestSchema.parse(JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8')));

/** Which of the command's dependencies are in the process at its end. */
async function loadedLibraries(args: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loadkit-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const list = join(folder, 'loaded');
  await execa(process.execPath, ['--import', hook, '--import', 'tsx', join(cli, 'src/main.ts'), ...args], {
    cwd: cli,
    env: { LOADED_MODULES: list },
    stdin: 'ignore',
    timeout: 60_000,
  });
  const modules = readFileSync(list, 'utf8').split('\n');
  return Object.keys(dependencies)
    .filter((name) => modules.some((module) => module.includes(`/node_modules/${name}/`)))
    .sort();
}

describe('what the command loads before it does anything', { timeout: 120_000 }, () => {
  const light = ['commander', 'fastest-levenshtein'];

  it.each(['--help', '--version', 'run --help', 'report --help', 'stack --help'])(
    'loadkit %s loads what reads options, and no other library',
    async (line) => {
      expect(await loadedLibraries(line.split(' '))).toEqual(light);
    },
  );

  it('a command that reads records loads what it needs for that', async () => {
    expect(await loadedLibraries(['runs', '--json'])).toContain('zod');
  });
});
