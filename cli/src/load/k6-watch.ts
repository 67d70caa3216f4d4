import type { Clock } from '../system/clock.ts';
import type { ProcessExit, SupervisedProcess } from '../system/supervisor.ts';

/** k6 ends its iterations at once on SIGINT, but then still runs `teardown()` and writes its summary. */
const stopGraceMs = 10_000;
const killGraceMs = 5_000;
const lookEveryMs = 1_000;

export interface K6Watch {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Ended after this long without a sign of life. */
  readonly silenceLimitMs: number;
  /** Grows or changes as long as k6 does anything. */
  readonly signOfLife: () => Promise<number>;
}

export interface WatchedEnd {
  readonly exit: ProcessExit;
  /** For how long k6 had been silent when it was ended for that; null where it was not. */
  readonly silentMs: number | null;
}

/**
 * Waits for k6. When `signal` aborts, or k6 shows no sign of life, it is asked to stop, and made to after a grace period:
 * the wait ends whatever k6 does.
 */
export async function watchK6(k6: SupervisedProcess, watch: K6Watch): Promise<WatchedEnd> {
  const { signal, clock } = watch;
  const ended = new AbortController();
  const stop = (): void => {
    void stopK6(k6, ended.signal, clock);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  let silentMs: number | null = null;
  const listening = untilSilent(watch, ended.signal).then(
    (silent) => {
      silentMs = silent;
      stop();
    },
    () => undefined, // k6 ended first
  );
  try {
    const exit = await k6.exited;
    return { exit, silentMs };
  } finally {
    ended.abort();
    signal.removeEventListener('abort', stop);
    await listening;
  }
}

/** Counts its own looks, not the clock: a machine that slept did not listen. Rejects when `ended` aborts. */
async function untilSilent({ clock, silenceLimitMs, signOfLife }: K6Watch, ended: AbortSignal): Promise<number> {
  let former: number | null = null;
  let silentMs = 0;
  while (silentMs < silenceLimitMs) {
    await clock.sleep(lookEveryMs, ended);
    const now = await signOfLife();
    silentMs = now === former ? silentMs + lookEveryMs : 0;
    former = now;
  }
  return silentMs;
}

async function stopK6(k6: SupervisedProcess, ended: AbortSignal, clock: Clock): Promise<void> {
  await k6.kill('SIGINT').catch(() => undefined);
  const inTime = await clock.sleep(stopGraceMs, ended).then(
    () => false,
    () => true,
  );
  if (!inTime) await k6.stop({ graceMs: killGraceMs }).catch(() => undefined);
}
