import {
  bucketBound,
  emptyHistogram,
  type Histogram,
  histogramQuantile,
  lowerScale,
  mergeHistograms,
} from './histogram.ts';

/** Between which values a figure lies; both the same where it is exact. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** All samples of a trend, whatever number of histograms they came in; it grows with the spread of values, not with time. */
export interface TrendFold {
  add(part: Histogram): void;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Estimated quantile, within `range`; NaN when there are no samples. */
  quantile(q: number): number;
  /**
   * The lowest and the highest value that the quantile of the samples (by k6's rule, see `quantile`) can have. Exact for
   * q = 0 and q = 1.
   */
  range(q: number): Range;
}

// An SDK finds a bucket by a logarithm: a sample on a bound may be in the bucket beside it.
const slack = 1e-9;
/** Of 0.07 % a bucket. A second with a single sample comes at scale 20 and would have a bucket for itself alone. */
const finestScale = 10;
/** Parts that are merged at once. */
const mostPending = 64;

interface Bucket extends Range {
  readonly count: number;
}

export function createTrendFold(): TrendFold {
  const byScale = new Map<number, Map<number, number>>();
  let merged = emptyHistogram;
  let pending: Histogram[] = [];
  let sorted: ReturnType<typeof sortedBuckets> | null = null;

  const all = (): Histogram => {
    if (pending.length > 0) merged = mergeHistograms([merged, ...pending]);
    pending = [];
    return merged;
  };
  const rangeAt = (rank: number): Range => {
    const { count, min, max } = all();
    if (rank <= 0) return { least: min, most: min };
    if (rank >= count - 1) return { least: max, most: max };
    sorted ??= sortedBuckets(all(), byScale);
    const least = at(sorted.byLeast, rank)?.least ?? min;
    const most = at(sorted.byMost, rank)?.most ?? max;
    return { least: Math.max(min, least), most: Math.min(max, most) };
  };
  const range = (q: number): Range => {
    const rank = Math.min(1, Math.max(0, q)) * (all().count - 1);
    const [below, above] = [rangeAt(Math.floor(rank)), rangeAt(Math.ceil(rank))];
    const between = (a: number, b: number) => a + (b - a) * (rank - Math.floor(rank));
    return { least: between(below.least, above.least), most: between(below.most, above.most) };
  };

  return {
    add: (part) => {
      if (part.count === 0) return;
      pending.push(part);
      if (pending.length >= mostPending) all();
      addBuckets(byScale, part);
      sorted = null;
    },
    get count() {
      return all().count;
    },
    get sum() {
      return all().sum;
    },
    get min() {
      return all().min;
    },
    get max() {
      return all().max;
    },
    quantile: (q) => {
      const { least, most } = range(q);
      return Math.min(most, Math.max(least, histogramQuantile(all(), q) ?? Number.NaN));
    },
    range,
  };
}

function addBuckets(byScale: Map<number, Map<number, number>>, part: Histogram): void {
  const { scale, offset, counts } = lowerScale(part, finestScale);
  const buckets = byScale.get(scale) ?? new Map<number, number>();
  byScale.set(scale, buckets);
  for (const [i, count] of counts.entries()) {
    if (count > 0) buckets.set(offset + i, (buckets.get(offset + i) ?? 0) + count);
  }
}

/**
 * The k-th smallest of the buckets' lower bounds is never above the k-th smallest sample, and that of their upper bounds never
 * below it. So each part keeps the resolution it came with, where a merged histogram has that of the coarsest.
 */
function sortedBuckets({ zeroCount, min }: Histogram, byScale: ReadonlyMap<number, ReadonlyMap<number, number>>) {
  const buckets: Bucket[] = zeroCount === 0 ? [] : [{ least: Math.min(0, min), most: 0, count: zeroCount }];
  for (const [scale, counts] of byScale) {
    for (const [index, count] of counts) {
      const [least, most] = [bucketBound(index, scale) * (1 - slack), bucketBound(index + 1, scale) * (1 + slack)];
      buckets.push({ least, most, count });
    }
  }
  return {
    byLeast: [...buckets].sort((a, b) => a.least - b.least),
    byMost: [...buckets].sort((a, b) => a.most - b.most),
  };
}

/** The bucket that holds the sample of that rank, 0 for the first. */
function at(buckets: readonly Bucket[], rank: number): Bucket | undefined {
  let before = 0;
  return buckets.find(({ count }) => {
    before += count;
    return before > rank;
  });
}
