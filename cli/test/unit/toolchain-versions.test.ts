import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { goModules, readPinned } from '../../src/toolchain/pinned.ts';
import { minimum } from '../../src/toolchain/requirement.ts';
import { isAtLeast } from '../../src/toolchain/version.ts';

const pinnedFolder = fileURLToPath(new URL('../../toolchain', import.meta.url));

describe('versions', () => {
  it.each([
    ['7.0.15', '7.0', true],
    ['10.6', '10.6', true],
    ['10.11.19', '10.6', true],
    ['6.2.14', '7.0', false],
    ['9.1.0', '10.6', false],
    ['17', '17', true],
    ['22-ea', '17', true],
    ['2.0.0-rc1', '1.0', true],
    ['', '1.0', false],
    ['unknown', '1.0', false],
  ])('%s is at least %s: %s', (version, wanted, expected) => {
    expect(isAtLeast(version, wanted)).toBe(expected);
  });
});

describe('the pinned versions', () => {
  it('are read from the files that the package clients read, and meet our own minimum', async () => {
    const pinned = await readPinned(pinnedFolder);
    expect(isAtLeast(pinned.k6, minimum.k6)).toBe(true);
    expect(isAtLeast(pinned.kafka, minimum.kafka)).toBe(true);
    expect(isAtLeast(pinned.toxiproxy, minimum.toxiproxy)).toBe(true);
  });

  it.each(['k6', 'toxiproxy'] as const)('of %s has its checksum in go.sum', async (tool) => {
    const { [tool]: version } = await readPinned(pinnedFolder);
    const sums = readFileSync(join(pinnedFolder, tool, 'go.sum'), 'utf8');
    expect(sums).toContain(`${goModules[tool]} v${version} h1:`);
  });
});
