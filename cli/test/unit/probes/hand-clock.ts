import type { Clock } from '../../../src/system/clock.ts';

/** A clock that stands until it is turned. */
export interface HandClock extends Clock {
  /** Moves on to each sleeper's time in turn, then to the end; lets pending work run in between. */
  advance(ms: number): Promise<void>;
  /** Moves on at once, as if the machine had slept. */
  jump(ms: number): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export function handClock(start: number): HandClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const wakeDue = async (): Promise<void> => {
    for (const sleeper of [...sleepers].filter(({ due }) => due <= now)) {
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settle();
  };
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper: Sleeper = { due: now + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    advance: async (ms) => {
      await settle();
      const end = now + ms;
      for (;;) {
        const next = Math.min(...[...sleepers].map(({ due }) => due));
        if (next > end) break;
        now = Math.max(now, next);
        await wakeDue();
      }
      now = end;
      await settle();
    },
    jump: async (ms) => {
      await settle();
      now += ms;
      await wakeDue();
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
