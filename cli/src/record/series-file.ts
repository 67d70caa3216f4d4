import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { type SeriesLine, seriesLineSchema } from './series.ts';

/**
 * Appends lines to `series.ndjson`, each at once and whole, so that a crash costs at most the line being written.
 * A full disk stops the writing and is reported by `close`; what was written stays.
 */
export class SeriesWriter {
  readonly #file: number;
  #failed: Error | null = null;
  #closed = false;

  constructor(file: string) {
    this.#file = openSync(file, 'a', 0o644);
  }

  /** A line that comes after `close` is dropped. */
  append(line: SeriesLine): void {
    if (this.#closed || this.#failed !== null) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      this.#failed = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The first error of writing, or null. */
  async close(): Promise<Error | null> {
    if (this.#closed) return this.#failed;
    this.#closed = true;
    try {
      closeSync(this.#file);
    } catch (error) {
      this.#failed ??= error instanceof Error ? error : new Error(String(error));
    }
    return this.#failed;
  }
}

export interface SeriesFile {
  readonly lines: readonly SeriesLine[];
  /** Lines that could not be read: the last one of a run that crashed, or damage. */
  readonly unreadable: number;
}

/** Reads the series of a run; a missing file has no lines. Error: a file that is there but cannot be read. */
export async function readSeries(file: string): Promise<SeriesFile> {
  const lines: SeriesLine[] = [];
  let unreadable = 0;
  try {
    const handle = await open(file);
    for await (const text of handle.readLines()) {
      if (text === '') continue;
      const line = decode(text);
      if (line === null) unreadable += 1;
      else lines.push(line);
    }
  } catch (error) {
    if (!isMissing(error)) throw seriesUnreadable(file, error);
  }
  return { lines, unreadable };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function seriesUnreadable(file: string, cause: unknown): LoadkitError {
  return new LoadkitError('series-unreadable', `cannot read ${file}: ${messageOf(cause)}`, {
    hint: 'the figures of the whole run stand in the run.json beside it',
    exitCode: exitCode.usage,
    cause,
  });
}

function decode(text: string): SeriesLine | null {
  try {
    const result = seriesLineSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
