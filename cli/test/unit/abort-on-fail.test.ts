import { describe, expect, it } from 'vitest';
import { refuseAbortOnFail } from '../../src/pipeline/abort-on-fail.ts';
import { LoadkitError } from '../../src/system/error.ts';

function refusalOf(thresholds: unknown, profile: string | null = null): LoadkitError | null {
  try {
    refuseAbortOnFail({ name: 'order', profile, options: { thresholds } });
    return null;
  } catch (error) {
    if (error instanceof LoadkitError) return error;
    throw error;
  }
}

const stopping = { threshold: 'p(95)<200', abortOnFail: true, delayAbortEval: '10s' };

describe('a run without the summary of k6', () => {
  it('is refused where a threshold is to stop the load, with its name, how many more there are, and what to do', () => {
    const error = refusalOf({ http_req_duration: ['max<9', stopping], http_req_failed: [stopping] });
    expect(error?.exitCode).toBe(2);
    expect(error?.message).toMatch(/http_req_duration p\(95\)<200 and 1 more/);
    expect(error?.hint).toMatch(/leave --no-k6-summary out, or take abortOnFail off/);
    expect(refusalOf({ a: [stopping] }, 'stress')?.hint).toMatch(/not stress/);
  });

  it('is not where none is', () => {
    expect(refusalOf(undefined)).toBeNull();
    expect(refusalOf(null)).toBeNull();
    expect(refusalOf({ a: ['max<9'], b: [{ threshold: 'max<9', abortOnFail: false }], c: [] })).toBeNull();
  });
});
