import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseKeyValues } from '../../src/config/key-value.ts';
import { durationMs, seedNumber, wholeNumber } from '../../src/config/quantity.ts';
import { findScenario, listScenarios } from '../../src/config/scenario-file.ts';
import { chooseFixture, chooseSettings } from '../../src/config/service-settings.ts';
import { LoadkitError } from '../../src/system/error.ts';

let own: string;
let bundled: string;

beforeAll(() => {
  own = mkdtempSync(join(tmpdir(), 'loadkit-test-own-'));
  bundled = mkdtempSync(join(tmpdir(), 'loadkit-test-bundled-'));
  for (const name of ['coupon.ts', 'order.ts', 'types.d.ts', 'notes.md']) writeFileSync(join(bundled, name), '');
  writeFileSync(join(own, 'coupon.js'), '');
});

afterAll(() => {
  for (const folder of [own, bundled]) rmSync(folder, { recursive: true });
});

function errorOf(work: () => unknown): LoadkitError {
  try {
    work();
  } catch (error) {
    if (error instanceof LoadkitError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

describe('scenarios by name', () => {
  it("prefers the caller's own folder to the bundled one", () => {
    expect(findScenario('coupon', [own, bundled], own).file).toBe(join(own, 'coupon.js'));
    expect(findScenario('order', [own, bundled], own).file).toBe(join(bundled, 'order.ts'));
  });

  it('lists scripts only, each name once', () => {
    expect(listScenarios([own, bundled]).map(({ name }) => name)).toEqual(['coupon', 'order']);
  });

  it('answers an unknown name with the list and the nearest one, exit code 2', () => {
    const error = errorOf(() => findScenario('cuopon', [own, bundled], own));
    expect(error.exitCode).toBe(2);
    expect(error.hint).toContain('did you mean "coupon"?');
    expect(error.hint).toContain('coupon, order');
  });

  it('suggests nothing where no name is near', () => {
    expect(errorOf(() => findScenario('zzzzzzzz', [bundled], own)).hint).not.toContain('did you mean');
  });

  it('takes anything with a slash or an ending of k6 as a path, and says which file is missing', () => {
    const error = errorOf(() => findScenario('./theirs.ts', [bundled], own));
    expect(error.code).toBe('script-missing');
    expect(error.hint).toContain(join(own, 'theirs.ts'));
    expect(error.exitCode).toBe(2);
  });
});

describe('KEY=VALUE options', () => {
  it('keeps everything behind the first equals sign', () => {
    expect(parseKeyValues('-e', ['A=1', 'B=x=y', 'C='])).toEqual({ A: '1', B: 'x=y', C: '' });
  });

  it.each(['A', '=1', '1A=2', 'A B=1'])('refuses %j and names the option', (item) => {
    const error = errorOf(() => parseKeyValues('--set', [item]));
    expect(error.message).toContain('--set');
    expect(error.message).toContain(item);
    expect(error.exitCode).toBe(2);
  });
});

describe('quantities', () => {
  it.each([
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['0.5h', 1_800_000],
  ])('reads %s as k6 does', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', '30', 's', '0s', '-1s', '1x', '1s 2s'])('refuses the duration %j', (text) => {
    expect(() => durationMs(text)).toThrow(/expected a duration/);
  });

  it.each(['0', '-1', '1.5', 'x', '99999999999999999999'])('refuses %j as a number of users', (text) => {
    expect(() => wholeNumber(text)).toThrow(/whole number/);
  });

  it('takes 0 as a seed and refuses what k6 cannot hold', () => {
    expect(seedNumber('0')).toBe(0);
    expect(() => seedNumber('4294967296')).toThrow(/2147483647/);
  });
});

describe('settings of the service', () => {
  const declared = {
    ISSUE_STRATEGY: { default: 'lua', values: ['lua', 'naive'] },
    MYSQL_POOL_SIZE: { default: '16' },
  };
  const nothing = () => undefined;

  it('takes --set before the environment, and leaves defaults to the service', () => {
    const lookup = (name: string) => ({ ISSUE_STRATEGY: 'lua', MYSQL_POOL_SIZE: '4' })[name];
    expect(chooseSettings(declared, { ISSUE_STRATEGY: 'naive' }, lookup)).toEqual({
      ISSUE_STRATEGY: 'naive',
      MYSQL_POOL_SIZE: '4',
    });
    expect(chooseSettings(declared, {}, nothing)).toEqual({});
  });

  it('names the nearest setting for an unknown one', () => {
    const error = errorOf(() => chooseSettings(declared, { ISUE_STRATEGY: 'lua' }, nothing));
    expect(error.hint).toContain('did you mean ISSUE_STRATEGY?');
    expect(error.exitCode).toBe(2);
  });

  it('names the allowed values for a wrong one, and where it came from', () => {
    const error = errorOf(() =>
      chooseSettings(declared, {}, (name) => (name === 'ISSUE_STRATEGY' ? 'magic' : undefined)),
    );
    expect(error.message).toBe('ISSUE_STRATEGY: expected lua or naive, found "magic"');
    expect(error.hint).toContain('environment');
  });

  it('lets the user win over the scenario, and the scenario over the service', () => {
    const defaults = { USERS: '1', STOCK: '2', PRODUCTS: '3' };
    expect(chooseFixture(defaults, { USERS: '10', STOCK: '20' }, { STOCK: '200' })).toEqual({
      USERS: '10',
      STOCK: '200',
      PRODUCTS: '3',
    });
    expect(errorOf(() => chooseFixture(defaults, {}, { STOK: '1' })).hint).toContain('did you mean STOCK?');
  });
});
