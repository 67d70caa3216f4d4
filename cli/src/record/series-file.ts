import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type SeriesLine, seriesLineSchema } from './series.ts';

/**
 * Appends lines to `series.ndjson`, each at once and whole, so that a crash costs at most the line being written.
 * A full disk stops the writing and is reported by `close`; what was written stays.
 */
export class SeriesWriter {
  readonly #file: number;
  #failed: Error | null = null;

  constructor(file: string) {
    this.#file = openSync(file, 'a', 0o644);
  }

  append(line: SeriesLine): void {
    if (this.#failed !== null) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      this.#failed = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The first error of writing, or null. */
  async close(): Promise<Error | null> {
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

/** Reads the series of a run; a missing file has no lines. */
export async function readSeries(file: string): Promise<SeriesFile> {
  const lines: SeriesLine[] = [];
  let unreadable = 0;
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file);
  } catch {
    return { lines, unreadable };
  }
  for await (const text of createInterface({ input: handle.createReadStream(), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text === '') continue;
    const line = decode(text);
    if (line === null) unreadable += 1;
    else lines.push(line);
  }
  return { lines, unreadable };
}

function decode(text: string): SeriesLine | null {
  try {
    const result = seriesLineSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
