import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import type { Stream } from './stream.ts';

const name = 'scrapes';
const leastInARow = 3;

/** A process that does not tell of itself any more, though nobody may ask anything else of it: a worker that stands still. */
export function scrapeStream(): Stream {
  /** Failed scrapes in a row. */
  const failed = new Map<string, number>();
  const longest = new Map<string, number>();
  let samples = 0;
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      if (reading.kind !== 'scrape') return [];
      const { t, process, page } = reading;
      const row = page === null ? (failed.get(process) ?? 0) + 1 : 0;
      failed.set(process, row);
      if (signal === null) {
        samples += 1;
        longest.set(process, Math.max(row, longest.get(process) ?? 0));
        return [];
      }
      const watched = [...failed].filter(([one]) => (longest.get(one) ?? 0) < leastInARow);
      return signal.judge(t, Math.max(0, ...watched.map(([, length]) => length)));
    },
    begin: () => {
      longest.clear();
      samples = 0;
    },
    calibrate: () => {
      if (longest.size === 0) return null;
      const silent = [...longest].filter(([, row]) => row >= leastInARow).map(([process]) => process);
      if (silent.length === longest.size) return { refused: `${name}: ${silent.join(', ')} could not be scraped` };
      signal = createLimitSignal(name, leastInARow, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
