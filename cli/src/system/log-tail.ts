import { open } from 'node:fs/promises';

/** Enough for a stack trace; a log can have gigabytes. */
const tailBytes = 16 * 1024;

/** The last lines of a log that are not blank; none when there is no such file. */
export async function readLogTail(file: string, lines: number): Promise<string[]> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(tailBytes), position: start });
    const text = buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/);
    // The first line is cut in two unless the whole file was read.
    return (start === 0 ? text : text.slice(1)).filter((line) => line.trim() !== '').slice(-lines);
  } finally {
    await handle.close();
  }
}
