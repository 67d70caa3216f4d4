import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLevelRules } from '../../src/config/level-rules.ts';
import { locateProject } from '../../src/config/project.ts';
import { LoadkitError } from '../../src/system/error.ts';
import { altered, damaged, everyExample, valueOrOurs } from './malformed.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadkit-level-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = readFileSync(locateProject('0.0.0').levelRules, 'utf8');

function read(content: string) {
  const file = join(folder, 'rules.json');
  writeFileSync(file, content);
  return valueOrOurs(() => readLevelRules(file));
}

test('rules with one thing wrong are read, or refused with the file', () => {
  everyExample(altered(JSON.parse(text)), (changed) => {
    const found = read(JSON.stringify(changed));
    if (found instanceof LoadkitError) expect(found.message).toContain('rules.json');
    else expect(found.rules.length).toBeGreaterThan(0);
  });
});

test('rules that are cut off or garbled are read or refused', () => {
  everyExample(damaged(fc.constant(text)), (content) => {
    const found = read(content);
    if (found instanceof LoadkitError) expect(found.hint).not.toBe('');
  });
});
