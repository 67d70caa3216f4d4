import type { SectionContext } from './section-context.ts';

/** Of what figures and identifiers become words. */
export type Speech = Pick<SectionContext, 'say' | 'has' | 'name' | 'format'>;

type Write = (speech: Speech, value: number, startedAt: number) => string;

/** By the ending of a detail's name; anything else is written as it is. */
const endings: ReadonlyArray<readonly [RegExp, Write]> = [
  [/Ms$/, ({ format }, value) => whole(format, value) ?? format.time(value)],
  [/Share$/, ({ format }, value) => format.share(value)],
  [/Count$/, ({ format }, value) => format.count(value)],
  [/PerSecond$/, ({ say, format }, value) => say('unit.per-second', { value: format.rounded(value) })],
  [/Bytes$/, ({ format }, value) => format.bytes(value)],
  [/Cores$/, ({ say, format }, value) => say('unit.cores', { value: format.cores(value) })],
  [/Seconds$/, ({ format }, value) => format.span(value * 1_000)],
  [/At$/, (speech, value, startedAt) => moment(speech, value, startedAt)],
];

/** The same for the units of evidence. */
const units: ReadonlyMap<string, Write> = new Map(
  Object.entries<Write>({
    ms: ({ format }, value) => format.time(value),
    cores: ({ say, format }, value) => say('unit.cores', { value: format.cores(value) }),
    share: ({ format }, value) => format.share(value),
    count: ({ format }, value) => format.count(value),
    records: ({ format }, value) => format.count(value),
    'per-second': ({ say, format }, value) => say('unit.per-second', { value: format.rounded(value) }),
    bytes: ({ format }, value) => format.bytes(value),
    seconds: ({ format }, value) => format.span(value * 1_000),
  }),
);

/** A length that was counted in whole milliseconds has no decimals: `645ms`, `0ms`. */
function whole(format: Speech['format'], ms: number): string | null {
  return Number.isInteger(ms) && ms < 1_000 ? format.span(ms) : null;
}

/**
 * The details of a finding as its sentence takes them: figures with their unit, identifiers in words.
 *
 * @param startedAt beginning of the load, epoch milliseconds
 */
export function detailValues(
  speech: Speech,
  values: Readonly<Record<string, string | number>>,
  startedAt: number,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'number' ? detailValue(speech, key, value, startedAt) : speech.name(key, value),
    ]),
  );
}

function detailValue(speech: Speech, key: string, value: number, startedAt: number): string {
  const write = endings.find(([ending]) => ending.test(key))?.[1];
  return write === undefined ? speech.format.plain(value) : write(speech, value, startedAt);
}

/** A figure of evidence in its unit. */
export function evidenceValue(speech: Speech, value: number, unit: string): string {
  const write = units.get(unit);
  return write === undefined ? speech.format.rounded(value) : write(speech, value, 0);
}

/** `+12초` since the load began. */
export function moment({ say }: Pick<Speech, 'say'>, at: number, startedAt: number): string {
  const seconds = Math.round((at - startedAt) / 1_000);
  return say('unit.since-start', { seconds: `${seconds < 0 ? '−' : '+'}${Math.abs(seconds)}` });
}
