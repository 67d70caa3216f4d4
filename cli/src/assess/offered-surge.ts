import type { GoodSecond } from './good-second.ts';
import type { PlannedLoad } from './planned-load.ts';

/** What came in a surge beyond what is usual; arrivals and answers. */
export interface OfferedSurge {
  readonly planned: number;
  readonly offered: number;
}

/** A request that hangs is counted when it is given up; longer than the scenarios' own limit of 10 s. */
const givenUpMs = 12_000;

/** Null where no surge was planned. */
export function offeredSurge(
  { surge }: PlannedLoad,
  seconds: readonly GoodSecond[],
  usualPerSecond: number,
): OfferedSurge | null {
  if (surge === null) return null;
  const { from, to, factor } = surge;
  const counted = seconds.filter((second) => second.to > from && second.from < to + givenUpMs);
  const beyondUsual = counted.reduce((sum, { offered, seconds: length }) => sum + offered - usualPerSecond * length, 0);
  return {
    planned: Math.round(usualPerSecond * (factor - 1) * ((to - from) / 1_000)),
    offered: Math.round(Math.max(0, beyondUsual)),
  };
}
