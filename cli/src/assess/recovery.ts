import type { GoodSecond } from './good-second.ts';
import { type FaultSpan, findImpact } from './impact.ts';
import { isBad, isGross, type Tolerance } from './tolerance.ts';

/** Length of a run of good seconds that is a recovery. */
const goodRunSeconds = 10;
/** The last of them may be a little short. */
const slackSeconds = 0.5;
/** A longer silence between two exports ends a run: what lies in it is not known. */
const mostGapMs = 2_500;
const [leastPassed, mostPassed] = [1, 3] as const;

/**
 * The first of ten good seconds in a row after an impact; null where there were none until the end of the load. What is hit
 * again behind them had not recovered: a service that crashes in a loop is restored when the last crash is over.
 */
export function findRestoration(
  offered: readonly GoodSecond[],
  tolerance: Tolerance,
  fault: FaultSpan,
  impact: GoodSecond,
): GoodSecond | null {
  let hit: GoodSecond | null = impact;
  let restored: GoodSecond | null = null;
  while (hit !== null) {
    restored = firstGoodRun(offered, tolerance, hit);
    hit = restored === null ? null : findImpact(offered, tolerance, fault, restored.to);
  }
  return restored;
}

function firstGoodRun(
  offered: readonly GoodSecond[],
  tolerance: Tolerance,
  { from: since }: GoodSecond,
): GoodSecond | null {
  return (
    offered.find(
      (second, index) => second.from >= since && !isBad(second, tolerance) && isGoodRun(offered, index, tolerance),
    ) ?? null
  );
}

/**
 * One bad second is let pass, as it is no impact either: 1 s after a crash all was well, and a scheduler's blink of 12 ms
 * eight seconds later would have made it ten. A baseline with bad seconds of its own cannot ask for ten without: as many
 * as it has in ten are let pass, three at most. None of them may be gross.
 */
function isGoodRun(offered: readonly GoodSecond[], first: number, tolerance: Tolerance): boolean {
  const passed = Math.max(leastPassed, Math.min(mostPassed, Math.ceil(goodRunSeconds * tolerance.badShare)));
  let [length, bad] = [0, 0];
  let end = offered[first]?.from ?? 0;
  // None of them is shorter than half a second.
  for (const second of offered.slice(first, first + 2 * goodRunSeconds)) {
    if (second.from - end > mostGapMs) return false;
    end = second.to;
    if (isGross(second, tolerance)) return false;
    if (isBad(second, tolerance)) bad += 1;
    if (bad > passed) return false;
    length += second.seconds;
    if (length >= goodRunSeconds - slackSeconds) return true;
  }
  return false;
}
