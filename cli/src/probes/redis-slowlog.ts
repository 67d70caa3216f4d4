import { z } from 'zod';
import { decodeAnswer } from './answer.ts';

/** What a reading sees of the slow log. */
export interface SlowlogReading {
  /** Changes when the server was started anew; empty when it is not told. */
  readonly runId: string;
  /** Id of the newest entry, null when the log is empty. Ids count up from 0 and outlive `SLOWLOG RESET`. */
  readonly newestId: number | null;
  /** `SLOWLOG LEN` */
  readonly length: number;
}

/**
 * Running total of slow-log entries. The log itself keeps only the last 128, so the newest id gives the total.
 * Where the log was empty when we came (nobody knows which ids were used before), counting starts at the first entry seen.
 */
export function slowlogCounter(): (reading: SlowlogReading) => number {
  let runId: string | undefined;
  let usedBefore = 0;
  let total = 0;
  return (reading) => {
    // A server whose INFO we may not read tells of a new start only by an id that goes back.
    const wentBack = reading.newestId !== null && reading.newestId + 1 < usedBefore + total;
    const isOther = reading.runId !== runId && reading.runId !== '' && runId !== '';
    const first = runId === undefined || isOther || wentBack;
    if (runId === undefined || reading.runId !== '') runId = reading.runId;
    if (first) {
      usedBefore = 0;
      total = 0;
    }
    if (reading.newestId !== null) {
      if (!first && total === 0 && usedBefore === 0) usedBefore = Math.max(0, reading.newestId + 1 - reading.length);
      total = reading.newestId + 1 - usedBefore;
    }
    return total;
  };
}

const entries = z.array(z.tuple([z.int().min(0)], z.unknown()));

/** Id of the newest entry in the answer to `SLOWLOG GET 1`; null when it holds none. */
export function newestEntry(answer: unknown): number | null {
  return decodeAnswer(entries, answer, 'SLOWLOG GET')[0]?.[0] ?? null;
}

/** The answer to `SLOWLOG LEN`. */
export function slowlogLength(answer: unknown): number {
  return decodeAnswer(z.int().min(0), answer, 'SLOWLOG LEN');
}
