import { InvalidArgumentError } from 'commander';

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

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `1m30s`, `500ms` in k6's notation; the text is kept because k6 reads it itself. */
export function duration(text: string): string {
  durationMs(text);
  return text;
}

/** Milliseconds of a duration in k6's notation (Go's `time.ParseDuration`, up to hours). */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
  if (parts.map(([whole]) => whole).join('') !== text || total <= 0) {
    throw new InvalidArgumentError('expected a duration such as 30s or 1m30s');
  }
  return total;
}
