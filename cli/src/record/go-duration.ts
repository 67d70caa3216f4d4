const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** A longer text is no duration, and a search for numbers in it takes the square of its length. */
const mostCharacters = 100;
/** Go counts nanoseconds in 64 bits: 292 years. */
const mostMs = 2 ** 63 / 1e6;

/** Milliseconds of a duration as k6 prints it (Go's notation: `1m0s`, `1h2m3.5s`); null when it is none. */
export function parseGoDuration(text: string): number | null {
  if (text.length > mostCharacters) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return text === '0' ? 0 : null;
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
  return total <= mostMs ? total : null;
}

/** `60s`, `500ms`, `90s`, `10m`, `1h`: the largest unit that needs no fraction, seconds up to two minutes. */
export function formatGoDuration(ms: number): string {
  if (ms % 1_000 !== 0) return ms < 1_000 ? `${ms}ms` : `${ms / 1_000}s`;
  if (ms < 120_000 || ms % 60_000 !== 0) return `${ms / 1_000}s`;
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 60_000}m`;
}
