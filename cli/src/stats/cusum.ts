/** A running sum of evidence that the share of bad events has risen. */
export interface Cusum {
  /**
   * Adds what came since, and returns the sum. Counts may be fractions.
   *
   * @param mostGain the most that this may bring, for events that are not independent; no bound when absent
   */
  add(good: number, bad: number, mostGain?: number): number;
  readonly value: number;
}

export interface CusumShares {
  /** Share of bad events that is normal, 0–1. */
  readonly p0: number;
  /** Share to look for, above `p0`. */
  readonly p1: number;
  /** The sum is held there, so that it comes back as soon from an hour of errors as from a second; no bound when absent. */
  readonly most?: number;
}

/**
 * Bernoulli CUSUM, `g = max(0, g + bad·ln(p1/p0) + good·ln((1−p1)/(1−p0)))`: the log-likelihood ratio of the two shares since
 * the moment from which it speaks most for `p1` (Page 1954; for shares Reynolds and Stoumbos 1999, "A CUSUM chart for
 * monitoring a proportion when inspecting continuously"). At `p0` it passes h at most once in e^h events on average.
 */
export function createCusum({ p0, p1, most = Number.POSITIVE_INFINITY }: CusumShares): Cusum {
  const ofBad = Math.log(p1 / p0);
  const ofGood = Math.log((1 - p1) / (1 - p0));
  let value = 0;
  return {
    add: (good, bad, mostGain = Number.POSITIVE_INFINITY) => {
      const gain = Math.min(mostGain, bad * ofBad + good * ofGood);
      value = Math.min(most, Math.max(0, value + gain));
      return value;
    },
    get value() {
      return value;
    },
  };
}
