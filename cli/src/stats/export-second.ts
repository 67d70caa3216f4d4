import type { LoadLine } from '../record/series.ts';

/** k6's exports in the order of time: those that tell of the same second, one of each of its processes, stand together. */
export function exportsBySecond(lines: readonly LoadLine[]): LoadLine[][] {
  return inStep(withLength(lines));
}

/** A gap that is longer is a silence of k6, not a second without an answer. */
const mostGapMs = 2_500;

/**
 * An export in which nothing was counted holds gauges alone, which have no interval: its `from` is its `t`. What it says
 * of is the time since the export before it.
 */
function withLength(lines: readonly LoadLine[]): LoadLine[] {
  const ends = new Map<number, number>();
  return lines.map((line) => {
    const before = ends.get(line.instance);
    ends.set(line.instance, line.t);
    if (line.from < line.t || before === undefined) return line;
    return { ...line, from: line.t - before < mostGapMs ? before : line.t - 1_000 };
  });
}

/**
 * One group a second. The exports of one process come every second to some milliseconds; those of several processes
 * come each at a moment of their own, and belong to the second that holds most of them.
 */
function inStep(lines: readonly LoadLine[]): LoadLine[][] {
  if (lines.every(({ instance }) => instance === lines[0]?.instance)) return lines.map((line) => [line]);
  const groups = new Map<number, LoadLine[]>();
  const anchors = new Map<number, number>();
  const begin = lines[0]?.from ?? 0;
  for (const line of lines) {
    const middle = (line.from + line.t) / 2 - begin;
    const anchor = anchors.get(line.instance) ?? middle;
    anchors.set(line.instance, anchor);
    const number = Math.floor(anchor / 1_000) + Math.round((middle - anchor) / 1_000);
    groups.set(number, [...(groups.get(number) ?? []), line]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}
