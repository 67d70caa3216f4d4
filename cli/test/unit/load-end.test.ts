import { describe, expect, it } from 'vitest';
import { untilLoadEnds } from '../../src/pipeline/load-end.ts';
import { type Clock, systemClock } from '../../src/system/clock.ts';
import { LoadkitError } from '../../src/system/error.ts';

/** One on which a time passes at once; what was waited for is in `waits`. */
function quickClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return { ...systemClock, waits, sleep: async (ms) => void waits.push(ms) };
}

const never = new AbortController().signal;

describe('the end of a load', () => {
  it('is waited for', async () => {
    const loadEnded = new AbortController();
    let isOver = false;
    const waiting = untilLoadEnds({ clock: systemClock, loadMs: 60_000, loadEnded: loadEnded.signal, signal: never });
    void waiting.then(() => {
      isOver = true;
    });
    await systemClock.sleep(20);
    expect(isOver).toBe(false);
    loadEnded.abort();
    await waiting;
  });

  it('may have come already', async () => {
    await untilLoadEnds({ clock: systemClock, loadMs: 60_000, loadEnded: AbortSignal.abort(), signal: never });
  });

  it('is not waited for when the run is interrupted', async () => {
    const signal = AbortSignal.abort(new LoadkitError('interrupted', 'interrupted by SIGINT'));
    await expect(untilLoadEnds({ clock: systemClock, loadMs: 60_000, loadEnded: never, signal })).rejects.toMatchObject(
      { code: 'interrupted' },
    );
  });

  it('that does not come long after its time is an error', async () => {
    const clock = quickClock();
    await expect(untilLoadEnds({ clock, loadMs: 60_000, loadEnded: never, signal: never })).rejects.toMatchObject({
      code: 'load-overdue',
      exitCode: 95,
    });
    expect(clock.waits).toEqual([210_000]);
  });
});
