import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LoadkitError } from '../../src/system/error.ts';
import { nameLimit } from '../../src/system/system-limit.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: said by the system, open '/x'`), { code });
}

describe('a limit of the machine', () => {
  it.each([
    ['EMFILE', 'open-files', 'ulimit -n'],
    ['ENFILE', 'open-files', 'ulimit -n'],
    ['ENOSPC', 'disk-full', 'free some space'],
    ['EDQUOT', 'disk-full', 'free some space'],
    ['EAGAIN', 'no-more-processes', 'ulimit -u'],
  ])('%s is no defect of loadkit: %s, with what to do', (system, code, hint) => {
    const named = nameLimit(systemError(system));
    expect(named).toBeInstanceOf(LoadkitError);
    expect(named).toMatchObject({ code, exitCode: 93, hint: expect.stringContaining(hint) });
    expect(named).toMatchObject({ message: expect.stringContaining(`said by the system, open '/x'`) });
  });

  it('is not suspected where a package is not there, or files enough may be opened', () => {
    const missing = (file: string) =>
      Object.assign(new Error(`Cannot find package '${file}' imported from /x.js`), { code: 'ERR_MODULE_NOT_FOUND' });
    for (const file of ['/nowhere/index.js', import.meta.filename]) {
      const error = missing(file);
      expect(nameLimit(error)).toBe(error);
    }
  });

  it('leaves every other error as it is', () => {
    const ours = new LoadkitError('disk', 'full', { exitCode: 95 });
    expect(nameLimit(ours)).toBe(ours);
    const defect = new TypeError('x is not a function');
    expect(nameLimit(defect)).toBe(defect);
    let missing: unknown;
    try {
      openSync('/nowhere/at/all', 'r');
    } catch (error) {
      missing = error;
    }
    expect(nameLimit(missing)).toBe(missing);
  });
});
