import { createReadStream } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Load } from '../record/run-record.ts';
import { maskSecrets } from '../system/secret.ts';
import type { ProcessExit } from '../system/supervisor.ts';

type Crash = NonNullable<Load['crash']>;

/** Go's runtime ends a program with this code on a fatal error and on a panic that nobody caught. */
const goRuntimeCode = 2;
/** A shell that stood before k6 passes a signal on as this plus its number; k6's own codes end at 110, and with 255. */
const shellSignalBase = 128;

/** What Go writes before its stack traces, which are far longer than any tail of a log. */
const lastWords = /^(fatal error|panic|runtime(?:\/cgo)?|SIG[A-Z]+): /;
const longestMessage = 200;

/**
 * How k6 ended where that was no end of its own: by a signal, or by a fatal error of its Go runtime (no memory, no thread,
 * a panic). Null where it chose its exit code itself, whatever that is.
 *
 * @param logFile what it printed, from `from` bytes on
 */
export async function k6Crash(exit: ProcessExit, logFile: string, from: number): Promise<Crash | null> {
  const signal = signalOf(exit);
  const crash = { signal, waitedMs: null };
  if (signal !== null) return { ...crash, kind: 'signal', message: null };
  if (exit.code !== goRuntimeCode) return null;
  const message = await readLastWords(logFile, from);
  return message === null ? null : { ...crash, kind: 'runtime', message };
}

function signalOf({ code, signal }: ProcessExit): string | null {
  if (signal !== null) return signal;
  if (code === null) return null;
  return Object.entries(constants.signals).find(([, number]) => number === code - shellSignalBase)?.[0] ?? null;
}

/** The line that names the cause, or else the first that Go wrote; null where there is none. */
async function readLastWords(logFile: string, from: number): Promise<string | null> {
  const input = createReadStream(logFile, { start: from });
  let first: string | null = null;
  try {
    for await (const raw of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = stripVTControlCharacters(raw).trim();
      const word = lastWords.exec(line)?.[1];
      if (word === undefined) continue;
      const told = maskSecrets(line.slice(0, longestMessage));
      if (word === 'fatal error' || word === 'panic') return told;
      first ??= told;
    }
    return first;
  } catch {
    return first;
  } finally {
    input.destroy();
  }
}
