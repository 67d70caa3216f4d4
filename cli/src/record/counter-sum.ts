import { metricKeyReader } from './metric-key.ts';
import type { LoadLine } from './series.ts';

/** What a counter of k6 came to in these exports, under all of its tags. */
export function counterSum(lines: ReadonlyArray<Pick<LoadLine, 'counters'>>, name: string): number {
  const read = metricKeyReader();
  let sum = 0;
  for (const { counters } of lines) {
    for (const [key, value] of Object.entries(counters)) if (read(key).name === name) sum += value;
  }
  return sum;
}
