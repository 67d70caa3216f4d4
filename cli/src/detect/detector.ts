import { type Clock, systemClock } from '../system/clock.ts';
import { onEndingSignal } from '../system/ending-signals.ts';
import { exitCode } from '../system/exit-code.ts';
import { createDetection } from './detection.ts';
import { readDetectorOrder } from './detector-order.ts';
import type { DetectorWord } from './detector-word.ts';
import type { Reading } from './reading.ts';
import { every, takeReadings } from './readings.ts';

/** Where the words go, a line each. */
export interface WordOutput {
  write(line: string): unknown;
}

export interface DetectorSurroundings {
  readonly clock: Clock;
  /** Ends it, as SIGTERM and SIGINT do. */
  readonly signal: AbortSignal;
}

const valuesEveryMs = 1_000;

/**
 * `loadkit drill detect`: watches a service until it is told to end, and says when it has learnt what is normal, what it
 * compares each second, and each alarm. It knows nothing of a drill. Resolves with the exit code.
 *
 * @throws LoadkitError `order-unreadable` (2)
 */
export async function runDetector(
  orderFile: string,
  out: WordOutput,
  { clock = systemClock, signal: parent }: Partial<DetectorSurroundings> = {},
): Promise<number> {
  const ending = new AbortController();
  const giveBack = onEndingSignal(() => ending.abort());
  const signal = parent === undefined ? ending.signal : AbortSignal.any([ending.signal, parent]);
  try {
    const order = await readDetectorOrder(orderFile);
    const detection = createDetection(order);
    const say = (words: readonly DetectorWord[]): void => {
      for (const word of words) out.write(`${JSON.stringify(word)}\n`);
    };
    const onReading = (reading: Reading): void => say(detection.observe(reading));
    await Promise.all([
      takeReadings(order, { clock, signal, onReading }),
      every(valuesEveryMs, { clock, signal }, () => {
        say(detection.values(clock.now()));
        return [];
      }),
    ]);
    say([detection.end(clock.now())]);
    return exitCode.ok;
  } finally {
    ending.abort();
    giveBack();
  }
}
