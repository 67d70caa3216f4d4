import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLevelRules } from '../../src/config/level-rules.ts';
import { locateProject } from '../../src/config/project.ts';
import { LoadkitError } from '../../src/system/error.ts';
import { exitCode } from '../../src/system/exit-code.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadkit-level-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function errorOf(content: unknown): LoadkitError {
  const file = join(folder, 'rules.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return thrownBy(file);
}

function thrownBy(file: string): LoadkitError {
  try {
    readLevelRules(file);
  } catch (error) {
    if (error instanceof LoadkitError) return error;
    throw error;
  }
  throw new Error('an error was expected');
}

const users = { id: 'users', level: 'L1', measure: 'users', share: 0.5 };
const file = (...rules: readonly unknown[]) => ({ name: 'ours', version: 3, rules });

describe('the rules of the levels', () => {
  it('that come with loadkit can be read, from the worst level to the mildest', () => {
    const { name, version, rules } = readLevelRules(locateProject('0.0.0').levelRules);
    expect({ name, version }).toEqual({ name: 'loadkit', version: 2 });
    const levels = rules.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort());
  });

  it.each<[string, unknown, string]>([
    ['a share beyond 1', file({ ...users, share: 50 }), 'rules[0].share'],
    ['a key that is missing', file(users, { id: 'b', level: 'L2', measure: 'slow', factor: 2 }), 'rules[1].leastMs'],
    ['a key that nobody knows', file({ ...users, above: 1 }), 'unknown key "above"'],
    ['a measure that nobody knows', file({ ...users, measure: 'mood' }), 'rules[0].measure'],
    ['a level that nobody knows', file({ ...users, level: 'L4' }), 'rules[0].level'],
    ['a version that is a text', { ...file(users), version: '3' }, 'version'],
    ['no rule at all', file(), 'rules'],
    ['an id that two rules have', file(users, users), 'rules[1].id: "users"'],
    ['a list', [], 'the whole'],
    ['no JSON', '{', 'is not JSON'],
  ])('with %s are refused with its place', (_, content, place) => {
    const error = errorOf(content);
    expect(error).toMatchObject({ code: 'level-rules-invalid', exitCode: exitCode.usage });
    expect(error.message).toContain(join(folder, 'rules.json'));
    expect(error.message).toContain(place);
    expect(error.hint).toContain('level-rules');
  });

  it('in a file that is not there are refused with its name', () => {
    expect(thrownBy(join(folder, 'nowhere.json')).message).toContain('nowhere.json cannot be read');
  });
});
