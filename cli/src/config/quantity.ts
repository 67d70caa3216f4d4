import { InvalidArgumentError } from 'commander';
import { parseGoDuration } from '../record/go-duration.ts';

/** Parsers of option values for commander: each throws with what was expected. */

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('expected a whole number of at least 1');
  }
  return Number(text);
}

export function seedNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 0x7fffffff) {
    throw new InvalidArgumentError('expected a whole number from 0 to 2147483647');
  }
  return Number(text);
}

/** `90s`, `1m30s`, `500ms` in k6's notation; the text is kept because k6 reads it itself. */
export function duration(text: string): string {
  durationMs(text);
  return text;
}

/** Milliseconds of a duration in k6's notation (Go's `time.ParseDuration`, milliseconds up to hours). */
export function durationMs(text: string): number {
  const ms = /[nuµ]s/.test(text) ? null : parseGoDuration(text);
  if (ms === null || ms <= 0) throw new InvalidArgumentError('expected a duration such as 30s or 1m30s');
  return ms;
}
