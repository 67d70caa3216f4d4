import { describe, expect, it } from 'vitest';
import { isScriptFailure, worstExitCode } from '../../src/system/exit-code.ts';

describe('exit codes', () => {
  it('lets the worst of several runs win, in the order of severity and not of the number', () => {
    const fromWorst = [1, 2, 130, 93, 107, 94, 95, 99, 96, 0];
    for (let index = 0; index < fromWorst.length; index += 1) {
      const tail = fromWorst.slice(index);
      expect(worstExitCode([...tail].reverse())).toBe(fromWorst[index]);
    }
  });

  it("takes 100 to 110 and 255 as k6's own failures, but not 99", () => {
    expect([99, 100, 110, 111, 255].map(isScriptFailure)).toEqual([false, true, true, false, true]);
  });

  it('is 0 for nothing and an internal error for a number that nobody knows', () => {
    expect(worstExitCode([])).toBe(0);
    expect(worstExitCode([42])).toBe(1);
  });
});
