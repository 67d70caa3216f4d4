import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { LoadkitError } from '../../src/system/error.ts';

/** The same examples in every run, so that what fails here fails everywhere. */
const seed = 20_260_921;
const isWhole = process.env.LOADKIT_TEST_WHOLE === '1';
const numRuns = isWhole ? 4_000 : 200;
vi.setConfig({ testTimeout: isWhole ? 600_000 : 20_000 });

/** @param share of the usual number of examples, for what takes long */
export function everyExample<T>(examples: fc.Arbitrary<T>, check: (example: T) => void, share = 1): void {
  fc.assert(fc.property(examples, check), { seed, numRuns: Math.ceil(numRuns * share) });
}

export async function everyExampleInTurn<T>(
  examples: fc.Arbitrary<T>,
  check: (example: T) => Promise<void>,
  share = 1,
): Promise<void> {
  await fc.assert(fc.asyncProperty(examples, check), { seed, numRuns: Math.ceil(numRuns * share) });
}

/** The value, or an error that a user can read; any other error is a defect and is thrown. */
export function valueOrOurs<T>(action: () => T): T | LoadkitError {
  try {
    return speaking(action());
  } catch (error) {
    if (error instanceof LoadkitError) return readable(error);
    throw error;
  }
}

export async function valueOrOursLater<T>(action: () => Promise<T>): Promise<T | LoadkitError> {
  try {
    return speaking(await action());
  } catch (error) {
    if (error instanceof LoadkitError) return readable(error);
    throw error;
  }
}

/** What was never written down must not come out: the text of an object or of a function. */
const accidental = /\[object |native code|function /;

export function speaking<T>(value: T): T {
  expect(JSON.stringify(value) ?? '').not.toMatch(accidental);
  return value;
}

function readable(error: LoadkitError): LoadkitError {
  expect(error.message).not.toMatch(accidental);
  expect(error.message.trim()).not.toBe('');
  return error;
}

/** Names that every object has, though nobody gave them. */
export const nativeNames = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'] as const;

export const anyName = fc.oneof(fc.constantFrom(...nativeNames), fc.string({ maxLength: 12 }));

export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e308,
    -1e308,
    2 ** 53,
    -(2 ** 31),
  ),
);

/** Numbers as text, with what only looks like one. */
export const numberText = fc.oneof(
  anyNumber.map(String),
  fc.constantFrom('', ' ', '-', '.', '1.2.3', '0x10', '1e999', '-1e999', '9'.repeat(400), 'NaN', 'inf', '1_000', '٣'),
);

/** Any JSON, with native names among its keys. */
export const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.dictionary(anyName, fc.jsonValue({ maxDepth: 1 })),
  fc.constantFrom<unknown>(null, [], {}, '', 0, -1, 1e308, 9e15, '__proto__'),
);

/** A text with one thing wrong: cut off, a line twice, lines in another order, something in its place, something between. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(anyName, numberText, fc.constantFrom('\0', '\r', '\n', '"', '\\', '{', '}', '=', ':', ','));
  return fc.tuple(texts, fc.nat(), fc.nat(), piece, fc.nat(5)).map(([text, first, second, inserted, kind]) => {
    const at = first % (text.length + 1);
    const lines = text.split('\n');
    const line = first % lines.length;
    switch (kind) {
      case 0:
        return text.slice(0, at);
      case 1:
        return [...lines.slice(0, line + 1), ...lines.slice(line)].join('\n');
      case 2:
        return [...lines.slice(line), ...lines.slice(0, line)].join('\n');
      case 3:
        return `${text.slice(0, at)}${inserted}${text.slice(at + (second % 8))}`;
      case 4:
        return text.replace(/-?\d+(\.\d+)?/g, (number, _, offset: number) => (offset >= at ? inserted : number));
      default:
        return `${text.slice(0, at)}${inserted}${text.slice(at)}`;
    }
  });
}

/** A structure with one value in it replaced, left out, or one more beside it. */
export function altered(structure: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(structure);
  return fc
    .tuple(fc.nat(places.length - 1), anyJson, anyName, fc.nat(2))
    .map(([index, value, name, kind]) =>
      change(structure, places[index] ?? [], value, kind === 0 ? name : null, kind === 1),
    );
}

type Place = readonly (string | number)[];

function placesOf(value: unknown, place: Place = []): Place[] {
  if (Array.isArray(value)) return [place, ...value.flatMap((item, index) => placesOf(item, [...place, index]))];
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...place, key]))];
}

function change(value: unknown, place: Place, to: unknown, added: string | null, isLeftOut: boolean): unknown {
  const [step, ...rest] = place;
  if (step === undefined) {
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    return added !== null && isTable ? Object.fromEntries([...Object.entries(value), [added, to]]) : to;
  }
  const isHere = rest.length === 0 && isLeftOut;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (index !== step) return [item];
      return isHere ? [] : [change(item, rest, to, added, isLeftOut)];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (key !== step) return [[key, item]];
      return isHere ? [] : [[key, change(item, rest, to, added, isLeftOut)]];
    }),
  );
}

const longLength = isWhole ? 1_000_000 : 200_000;
const units = [
  ' ',
  '0',
  'a',
  '\t',
  '\n',
  '.',
  ':',
  '-',
  '/',
  ',',
  '"',
  '\\',
  '{',
  '[',
  '(',
  '%',
  '=',
  '1s',
  '1-',
  'a ',
  'a:',
  '{}',
  '\u001b[',
  'eyJ-',
];

/**
 * Very long texts, for which a pattern with two ways to match one character needs minutes. Nothing is timed: what comes back
 * within the time limit of a test at all has not tried them all.
 */
export function longTexts(before: readonly string[] = [''], after: readonly string[] = ['', 'x', '\n!']): string[] {
  return units.flatMap((unit) => {
    const long = unit.repeat(longLength / unit.length);
    return before.flatMap((first) => after.map((last) => `${first}${long}${last}`));
  });
}
