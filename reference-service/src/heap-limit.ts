import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import type { Log } from './log.ts';

const lookEveryMs = 50;
const bytesPerMb = 1024 * 1024;

export interface HeapLimitParts {
  /** May change at any time; 0: V8's own limit is the only one. */
  readonly settings: { readonly heapLimitMb: number };
  /** Calls `listener` after each change of the settings. */
  readonly onSettingsChange: (listener: () => void) => unknown;
  readonly log: Log;
}

/**
 * Ends the process by SIGABRT, as V8 does, when its heap is beyond the limit and a full collection does not help. V8 reads
 * a limit of its own only when a process is made, and this one must change in a process that runs. What V8 does close to
 * its limit is done here too: one full collection after the other, until there is nothing left to be freed.
 */
export function limitHeap({ settings, onSettingsChange, log }: HeapLimitParts): void {
  let timer: NodeJS.Timeout | undefined;
  let collect: (() => void) | undefined;
  const usedMb = (): number => process.memoryUsage().heapUsed / bytesPerMb;

  const look = (): void => {
    const limitMb = settings.heapLimitMb;
    if (limitMb === 0 || usedMb() <= limitMb) return;
    collect ??= fullCollection();
    collect();
    const leftMb = usedMb();
    if (leftMb <= limitMb) return;
    log.fatal({ usedMb: Math.round(leftMb), limitMb }, 'JavaScript heap out of memory');
    process.abort();
  };
  const follow = (): void => {
    clearInterval(timer);
    timer = settings.heapLimitMb === 0 ? undefined : setInterval(look, lookEveryMs).unref();
  };
  onSettingsChange(follow);
  follow();
}

const collector = z.custom<() => void>((value) => typeof value === 'function');

function fullCollection(): () => void {
  setFlagsFromString('--expose-gc');
  return collector.parse(runInNewContext('gc'));
}
