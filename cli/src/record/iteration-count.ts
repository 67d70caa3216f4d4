import { counterSum } from './counter-sum.ts';
import type { Load } from './run-record.ts';
import type { LoadLine } from './series.ts';

/** Iterations that came to their end: as k6 printed in its progress, and as its exports add up to. */
export interface IterationCount {
  readonly byK6: number;
  readonly inSeries: number;
}

/**
 * What is left to compare the series with where k6 made no summary: k6 counts its iterations beside its metrics. Null when its
 * progress could not be read.
 */
export function iterationCount(
  { iterations }: Pick<Load, 'iterations'>,
  lines: readonly LoadLine[],
): IterationCount | null {
  if (iterations === null) return null;
  return { byK6: iterations.complete, inSeries: counterSum(lines, 'iterations') };
}

/** False where exports were lost. One that was cut as it ended may be in the series only. */
export function agree({ byK6, inSeries }: IterationCount, { iterations }: Pick<Load, 'iterations'>): boolean {
  return inSeries >= byK6 && inSeries <= byK6 + (iterations?.interrupted ?? 0);
}
