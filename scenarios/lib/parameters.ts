/** k6's `__ENV`, or a plain object in a test. An empty value counts as not given. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Range {
  readonly min: number;
  readonly max: number;
}

export function given(env: Environment, key: string): string | null {
  const value = env[key];
  return value === undefined || value === '' ? null : value;
}

export function whole<T extends number | null>(env: Environment, key: string, otherwise: T, range: Range): number | T {
  return numeric(env, key, otherwise, range, /^\d+$/, 'a whole number');
}

export function fraction(env: Environment, key: string, otherwise: number, range: Range): number {
  return numeric(env, key, otherwise, range, /^\d*\.?\d+$/, 'a number');
}

/** A duration in k6's notation, as text: k6 reads it itself. */
export function duration(env: Environment, key: string): string | null {
  const text = given(env, key);
  if (text === null) return null;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text) || !/[1-9]/.test(text)) {
    throw wrongValue(key, 'a duration such as 30s or 1m30s', text);
  }
  return text;
}

/** Milliseconds of a duration that `duration` has passed. */
export function milliseconds(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (unitMs[unit ?? ''] ?? 0),
    0,
  );
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function choice<T extends string>(env: Environment, key: string, otherwise: T, values: readonly T[]): T {
  const text = given(env, key);
  if (text === null) return otherwise;
  const found = values.find((value) => value === text);
  if (found === undefined) throw wrongValue(key, `one of ${values.join(', ')}`, text);
  return found;
}

/** `BASE_URL` without its last slash. */
export function baseUrl(env: Environment): string {
  const text = given(env, 'BASE_URL') ?? 'http://127.0.0.1:8080';
  if (!/^https?:\/\/[^/\s]/.test(text)) {
    throw wrongValue('BASE_URL', 'an address that begins with http:// or https://', text);
  }
  return text.replace(/\/+$/, '');
}

export function wrongValue(key: string, expected: string, found: string): Error {
  return new Error(`${spoken(key)}: expected ${expected}, found "${found}"`);
}

/** Throws when a key is given that the chosen profile has no use for. */
export function refuse(env: Environment, key: string, reason: string): void {
  const found = given(env, key);
  if (found !== null) throw new Error(`${spoken(key)}: ${reason}, found "${found}"`);
}

/** `--rate (LOADKIT_RATE)`: the flag that people type, and the name under which it arrives here. */
function spoken(key: string): string {
  return key.startsWith('LOADKIT_') ? `--${key.slice('LOADKIT_'.length).toLowerCase()} (${key})` : key;
}

function numeric<T extends number | null>(
  env: Environment,
  key: string,
  otherwise: T,
  range: Range,
  pattern: RegExp,
  kind: string,
): number | T {
  const text = given(env, key);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!pattern.test(text) || value < range.min || value > range.max) {
    throw wrongValue(key, `${kind} from ${range.min} to ${range.max}`, text);
  }
  return value;
}
