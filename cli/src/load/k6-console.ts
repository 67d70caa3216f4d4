import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { parseGoDuration } from '../record/go-duration.ts';
import { isLoopback } from '../system/loopback.ts';
import { maskSecrets } from '../system/secret.ts';

export interface K6Console {
  /** k6's last lines, without control sequences, blank lines and the progress that repeats every second. */
  readonly tail: string[];
  /** From the last progress line; null when there was none. */
  readonly iterations: { complete: number; interrupted: number } | null;
  /** How long the test lasted so far, from the last progress line; null when there was none. */
  readonly testMs: number | null;
  /** Addresses that k6's dialer refused because they are not on this machine; the first ten of them. */
  readonly refused: string[];
}

const tailLines = 60;
const mostRefused = 10;
const tailBytes = 256 * 1024;
const progressTime = /^running \(([^)]+)\), \d+\/\d+ VUs, /;
/** A longer line is no progress, and of no use to a reader. */
const lineCharacters = 2_000;
/** Each number from its first digit on: a pattern that begins in the middle, too, takes the square of its length. */
const progressCounts = /(?<!\d)(\d{1,15}) complete and (\d{1,15}) interrupted iterations/;
/** `running (0m05.0s), 00/10 VUs, …`, and the bar of each scenario below it. */
const progressLine = /^(running \(|\S+\s+([✓✗↓•]\s*)?\[\s*(\d+%|-+)\s*\])/;

/** Reads what k6 printed to its log since `from` bytes, its last 256 KiB at most. Empty when there is no log. */
export async function readK6Console(logFile: string, from: number): Promise<K6Console> {
  return parseK6Console(await readEnd(logFile, from));
}

export function parseK6Console(text: string): K6Console {
  // A progress bar that is redrawn in place ends with a carriage return.
  const lines = text.split(/\r?\n|\r/).map((line) => stripVTControlCharacters(line.slice(0, lineCharacters)));
  const counts = lines.findLast((line) => progressCounts.test(line))?.match(progressCounts);
  const time = lines.findLast((line) => progressTime.test(line))?.match(progressTime)?.[1];
  return {
    tail: lines
      .map((line) => maskSecrets(line.trimEnd()))
      .filter((line) => line.trim() !== '' && !progressLine.test(line.trim()))
      .slice(-tailLines),
    iterations: counts == null ? null : { complete: Number(counts[1]), interrupted: Number(counts[2]) },
    testMs: time === undefined ? null : parseGoDuration(time),
    refused: refusedAddresses(text),
  };
}

/** A loopback address is refused only where the script's own `blacklistIPs` wants it. */
function refusedAddresses(text: string): string[] {
  const found = [...text.matchAll(/\bIP \(([0-9a-fA-F.:]+)\) is in a blacklisted range/g)].map(
    ([, address]) => address ?? '',
  );
  return [...new Set(found.filter((address) => !isLoopback(address)))].slice(0, mostRefused);
}

async function readEnd(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(Math.min(from, size), size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
