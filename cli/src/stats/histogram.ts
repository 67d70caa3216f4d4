import { between } from './quantile.ts';

/**
 * Base-2 exponential histogram as OTLP defines it: `counts[i]` holds the samples in (base^(offset+i), base^(offset+i+1)]
 * with base = 2^(2^-scale); `zeroCount` those at or below zero. The shape of `record/series.ts`.
 */
export interface Histogram {
  scale: number;
  offset: number;
  counts: number[];
  zeroCount: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/**
 * A merged histogram never has more buckets than this; its scale is lowered until it fits.
 * 1,024 buckets hold 1 µs … 1,000 s at scale 5, the finest that k6's SDK uses over such a span.
 */
const maxBuckets = 1024;

/** OTLP's largest scale; where an SDK starts from, and what an empty histogram has, so that it lowers nobody. */
const maxScale = 20;

/** A histogram without samples, neutral in a merge. Its `min` and `max` mean nothing. */
export const emptyHistogram: Histogram = {
  scale: maxScale,
  offset: 0,
  counts: [],
  zeroCount: 0,
  count: 0,
  sum: 0,
  min: 0,
  max: 0,
};

/**
 * Adds histograms up: seconds of one series, several endpoints, several k6 processes. Count, sum, min and max stay
 * exact; buckets are added at the smallest scale of all parts. The order of the parts does not matter.
 */
export function mergeHistograms(parts: Iterable<Histogram>): Histogram {
  const filled = [...parts].filter((part) => part.count > 0);
  if (filled.length === 0) return emptyHistogram;

  const scale = commonScale(filled);
  const lowered = filled.map((part) => lowerScale(part, scale));
  const { first, last } = bucketRange(lowered);
  const counts = new Array<number>(Math.max(0, last - first + 1)).fill(0);
  for (const part of lowered) {
    for (const [i, count] of part.counts.entries()) {
      if (count > 0) counts[part.offset + i - first] = (counts[part.offset + i - first] ?? 0) + count;
    }
  }
  return {
    scale,
    offset: counts.length === 0 ? 0 : first,
    counts,
    zeroCount: total(filled, (part) => part.zeroCount),
    count: total(filled, (part) => part.count),
    sum: total(filled, (part) => part.sum),
    min: filled.reduce((least, part) => Math.min(least, part.min), Infinity),
    max: filled.reduce((most, part) => Math.max(most, part.max), -Infinity),
  };
}

/**
 * The same samples at a smaller scale: one step joins buckets 2i and 2i+1 into bucket i (OTLP data model,
 * "Exponential Histogram: Scale"). A larger or equal scale changes nothing: resolution cannot be won back.
 */
export function lowerScale(histogram: Histogram, scale: number): Histogram {
  const steps = histogram.scale - scale;
  if (steps <= 0) return histogram;
  const first = lowerIndex(histogram.offset, steps);
  const counts: number[] = [];
  for (const [i, count] of histogram.counts.entries()) {
    const index = lowerIndex(histogram.offset + i, steps) - first;
    counts[index] = (counts[index] ?? 0) + count;
  }
  return { ...histogram, scale, offset: histogram.counts.length === 0 ? 0 : first, counts };
}

/** Mean of the samples, exact; null when there are none, or when their sum is beyond all numbers. */
export function histogramMean(histogram: Histogram): number | null {
  return histogram.count === 0 || !Number.isFinite(histogram.sum) ? null : histogram.sum / histogram.count;
}

/**
 * Estimated quantile; null when there are no samples. q = 0 and q = 1 are exact.
 *
 * The rule is k6's (see `quantile`): a rank between two samples is interpolated, also across a gap that has none.
 * The samples of a bucket are taken as spread evenly on a logarithmic scale between its bounds, cut to [min, max];
 * its midpoint instead would cost up to half a bucket's width.
 */
export function histogramQuantile(histogram: Histogram, q: number): number | null {
  const { count, min, max } = histogram;
  if (count === 0) return null;
  if (q <= 0) return min;
  if (q >= 1) return max;
  const rank = q * (count - 1);
  const below = sampleAt(histogram, Math.floor(rank));
  const above = sampleAt(histogram, Math.ceil(rank));
  return between(below, above, rank - Math.floor(rank));
}

/** Estimate of the sample with that rank, 0 … count − 1. The first and the last are known. */
function sampleAt({ count, zeroCount, counts, offset, scale, min, max }: Histogram, rank: number): number {
  if (rank <= 0) return min;
  if (rank >= count - 1) return max;
  const position = rank + 0.5;
  if (position <= zeroCount) return clamp(Math.min(0, min * (1 - position / zeroCount)), min, max);
  let before = zeroCount;
  for (const [i, inBucket] of counts.entries()) {
    if (position <= before + inBucket) {
      const lower = Math.max(bucketBound(offset + i, scale), min);
      const upper = Math.min(bucketBound(offset + i + 1, scale), max);
      // A bound may be 0 or infinite, and a bucket may lie outside [min, max] in a file that somebody changed.
      const isSpan = lower > 0 && upper > lower;
      return clamp(isSpan ? lower * (upper / lower) ** ((position - before) / inBucket) : upper, min, max);
    }
    before += inBucket;
  }
  return max;
}

/** Lower bound of bucket `index`, and upper bound of the one before it. */
export function bucketBound(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

// Math.floor, not truncation: bucket −1 belongs with −2, not with 0.
function lowerIndex(index: number, steps: number): number {
  return Math.floor(index / 2 ** steps);
}

function commonScale(parts: readonly Histogram[]): number {
  // No spread into Math.min: a long run has more parts than a call may have arguments.
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  let scale = least(parts.map((part) => part.scale));
  for (;;) {
    // Only the ends are lowered here: two lone samples at scale 20 may lie millions of buckets apart.
    const ends = parts.filter((part) => part.counts.length > 0);
    const first = least(ends.map((part) => lowerIndex(part.offset, part.scale - scale)));
    const last = most(ends.map((part) => lowerIndex(part.offset + part.counts.length - 1, part.scale - scale)));
    if (ends.length === 0 || last - first < maxBuckets) return scale;
    scale -= 1;
  }
}

function bucketRange(parts: readonly Histogram[]): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const part of parts) {
    if (part.counts.length === 0) continue;
    first = Math.min(first, part.offset);
    last = Math.max(last, part.offset + part.counts.length - 1);
  }
  return first > last ? { first: 0, last: -1 } : { first, last };
}

function total(parts: readonly Histogram[], pick: (part: Histogram) => number): number {
  return parts.reduce((sum, part) => sum + pick(part), 0);
}
