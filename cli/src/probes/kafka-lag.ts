/** Offsets of one partition as text from the protocol; `committed` is -1 when the group has committed nothing yet. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  readonly committed: number;
}

/** Where the group goes on reading: at the low watermark when it has committed nothing, or only what is deleted by now. */
export function positionOf({ low, committed }: PartitionOffsets): number {
  return Math.max(low, committed);
}

/** Records that are not processed yet. */
export function lagOf(offsets: PartitionOffsets): number {
  return Math.max(0, offsets.end - positionOf(offsets));
}

interface EndOffset {
  readonly at: number;
  readonly end: number;
}

export interface TimeLag {
  /**
   * Takes the reading at `at` (milliseconds on a clock that never goes back) and tells the age of the oldest unprocessed
   * record in milliseconds: 0 when there is none, undefined when it is older than the first reading.
   */
  observe(at: number, offsets: PartitionOffsets): number | undefined;
}

/**
 * Age of the oldest unprocessed record of one partition, from the end offsets that earlier readings saw.
 *
 * Let p be the group's position. The record p was written between the last reading with end ≤ p (t₀, e₀) and the first
 * with end > p (t₁, e₁). Within that second, records are taken as evenly spread: written = t₀ + (p − e₀ + 1)/(e₁ − e₀)·(t₁ − t₀),
 * age = now − written. The error is below t₁ − t₀, one second as a rule, and no record is fetched for it.
 */
export function timeLag(): TimeLag {
  let history: EndOffset[] = [];
  return {
    observe: (at, offsets) => {
      const newest = history.at(-1);
      if (newest !== undefined && offsets.end < newest.end) history = []; // the topic was made anew
      history.push({ at, end: offsets.end });
      const position = positionOf(offsets);
      if (offsets.end <= position) {
        history = history.slice(-1);
        return 0;
      }
      // Only what may still be asked for stays: the last reading before the position and those after it.
      const after = history.findIndex(({ end }) => end > position);
      history = history.slice(Math.max(0, after - 1));
      const [before, first] = history;
      if (before === undefined || first === undefined || before.end > position) return undefined;
      const share = (position - before.end + 1) / (first.end - before.end);
      return at - (before.at + share * (first.at - before.at));
    },
  };
}
