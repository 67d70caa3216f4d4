import { describe, expect, it } from 'vitest';
import { optionsOfRuns, parseComparedSetting } from '../../src/commands/variant.ts';
import { LoadkitError } from '../../src/system/error.ts';
import { builtOptions } from './built-options.ts';

describe('--compare-set', () => {
  it('runs the values in turn, every second round backwards', () => {
    const compared = parseComparedSetting('ISSUE_STRATEGY=lua,lock', {});
    const runs = optionsOfRuns(builtOptions({ compared, repeats: 3, set: { MYSQL_POOL_SIZE: '8' } }));
    expect(runs.map(({ set }) => set.ISSUE_STRATEGY)).toEqual(['lua', 'lock', 'lock', 'lua', 'lua', 'lock']);
    expect(runs.every(({ set }) => set.MYSQL_POOL_SIZE === '8')).toBe(true);
  });

  it('repeats the same run where nothing is compared', () => {
    expect(optionsOfRuns(builtOptions({ repeats: 3 }))).toHaveLength(3);
    expect(optionsOfRuns(builtOptions())).toHaveLength(1);
  });

  it.each(['ISSUE_STRATEGY', 'ISSUE_STRATEGY=lua', 'ISSUE_STRATEGY=lua,', 'ISSUE_STRATEGY=lua,lua', '=a,b'])(
    'refuses "%s" as a usage error',
    (text) => {
      expect(() => parseComparedSetting(text, {})).toThrowError(LoadkitError);
      expect(() => parseComparedSetting(text, {})).toThrowError(expect.objectContaining({ exitCode: 2 }));
    },
  );

  it('refuses a setting that --set gives too', () => {
    expect(() => parseComparedSetting('A=1,2', { A: '3' })).toThrowError(/given with --set too/);
  });
});
