import { setTimeout as delay } from 'node:timers/promises';
import type { CalmLog } from './log.ts';

const longestPauseMs = 2_000;

/** A part of the worker that runs until it is asked to stop. */
export interface WorkerPart {
  readonly name: string;
  /** Rejects with the reason while the part cannot do its work. */
  check(): Promise<unknown>;
  /** Resolves when what was begun is finished. */
  stop(): Promise<void>;
}

export interface Loop {
  /** The failure of the last turn, undefined when it went well. */
  readonly failure: unknown;
  stop(): Promise<void>;
}

/**
 * Turns until stopped. A turn that fails is tried again, later each time; it must therefore leave nothing half done.
 * A turn resolves with the milliseconds to pause, and gets a signal that aborts at the stop.
 */
export function startLoop(name: string, log: CalmLog, turn: (signal: AbortSignal) => Promise<number>): Loop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let failure: unknown;
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      let pauseMs: number;
      try {
        pauseMs = await turn(signal);
        failures = 0;
        failure = undefined;
      } catch (error) {
        if (signal.aborted) return;
        failure = error;
        failures += 1;
        log.error(name, error);
        pauseMs = Math.min(100 * 2 ** (failures - 1), longestPauseMs);
      }
      if (pauseMs > 0) await pause(pauseMs, signal);
    }
  };
  const ended = run();
  return {
    get failure() {
      return failure;
    },
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

/** Ends early at the signal, without an error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
