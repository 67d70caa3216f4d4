import { createCountedSignal, type Tally } from './counted-signal.ts';
import type { Stream } from './stream.ts';

/** A request of the detector's own through all that a customer's goes through. */
export function canaryStream(): Stream {
  const counted = createCountedSignal('canary');
  let learned: Tally[] | null = [];
  return {
    name: 'canary',
    observe: (reading) => {
      if (reading.kind !== 'canary') return [];
      const tally = { t: reading.t, good: reading.good ? 1 : 0, bad: reading.good ? 0 : 1 };
      if (learned === null) return counted.judge(tally);
      learned.push(tally);
      return [];
    },
    begin: (t) => {
      learned = learned?.filter((tally) => tally.t >= t) ?? null;
    },
    calibrate: () => {
      const tallies = learned ?? [];
      learned = null;
      return counted.calibrate(tallies);
    },
    values: () => counted.values(),
  };
}
