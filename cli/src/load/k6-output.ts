import { parseGoDuration } from '../record/go-duration.ts';

export interface K6Output {
  /** What the script's `handleSummary()` printed, or k6's own summary: byte for byte what `k6 run --quiet` prints. */
  readonly printed: string;
  /** From the last progress; null when there was none. */
  readonly iterations: { readonly complete: number; readonly interrupted: number } | null;
  /** How long the test lasted, from the last progress; null when there was none. */
  readonly testMs: number | null;
}

/** Ends what k6 prints before a run: its scenarios, one line each, and an empty line. */
const description = /^ {5}scenarios: .*\n((?: {14}\* .*\n)+)\n/m;
const running = String.raw`running \((?<time>[\d.hms]+)\), \d+\/\d+ VUs, (?<complete>\d+) complete and (?<interrupted>\d+) interrupted iterations`;
/** Before the first iteration, and while `setup()` runs. */
const preparing = String.raw`(?:Init|Run) +\[[^\]\n]*\][^\n]*`;
const bar = String.raw`\S[^\n]*\[ *(?:\d+%|-+) *\][^\n]*`;

/**
 * Takes k6's stdout (of `k6 run`, where it is no terminal) apart. A block of progress is an empty line, a line on the whole
 * and a bar for each scenario; k6 writes each block in one piece, and what the script prints too.
 */
export function parseK6Output(text: string): K6Output {
  const head = description.exec(text);
  if (head === null) return { printed: '', iterations: null, testMs: null };
  const bars = head[1]?.trimEnd().split('\n').length ?? 0;
  const block = new RegExp(String.raw`\n(?:${running}|${preparing})\n(?:${bar}\n){${bars}}`, 'g');
  const rest = text.slice(head.index + head[0].length);
  const last = [...rest.matchAll(block)].findLast(({ groups }) => groups?.complete !== undefined)?.groups;
  return {
    printed: rest.replace(block, ''),
    iterations: last === undefined ? null : { complete: Number(last.complete), interrupted: Number(last.interrupted) },
    testMs: parseGoDuration(last?.time ?? ''),
  };
}
