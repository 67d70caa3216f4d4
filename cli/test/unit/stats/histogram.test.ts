import { describe, expect, test } from 'vitest';
import {
  emptyHistogram,
  type Histogram,
  histogramMean,
  histogramQuantile,
  lowerScale,
  mergeHistograms,
} from '../../../src/stats/histogram.ts';
import { quantile } from '../../../src/stats/quantile.ts';
import { histogramOf, latencies, seeded } from './seeded-samples.ts';

const seeds = [1, 2, 3, 5, 8, 13, 21, 34];

/** What must be equal of two histograms of the same samples; sums differ in the last digits with the order. */
function shapeOf({ scale, offset, counts, zeroCount, count, min, max }: Histogram) {
  return { scale, offset, counts, zeroCount, count, min, max };
}

describe('lowering the scale', () => {
  test('joins pairs of buckets', () => {
    const histogram = { ...histogramOf([1], 1), offset: 4, counts: [1, 2, 3, 4] };
    expect(lowerScale(histogram, 0)).toMatchObject({ scale: 0, offset: 2, counts: [3, 7] });
  });

  test('joins bucket −1 with −2, not with 0', () => {
    const histogram = { ...histogramOf([1], 1), offset: -3, counts: [1, 2, 4, 8, 16] };
    expect(lowerScale(histogram, 0)).toMatchObject({ scale: 0, offset: -2, counts: [1, 6, 24] });
  });

  test('never raises it', () => {
    const histogram = histogramOf([1, 2, 3], 3);
    expect(lowerScale(histogram, 5)).toBe(histogram);
  });

  test.each(seeds)('gives the buckets that the samples have at that scale (seed %i)', (seed) => {
    const random = seeded(seed);
    const samples = latencies(random, 300, 0.5 + 10 * random(), 1.5);
    for (const scale of [5, 3, 0, -1, -3]) {
      expect(shapeOf(lowerScale(histogramOf(samples, 6), scale))).toEqual(shapeOf(histogramOf(samples, scale)));
    }
  });
});

describe('merging', () => {
  test('nothing is empty, and empty changes nothing', () => {
    expect(mergeHistograms([])).toEqual(emptyHistogram);
    const histogram = histogramOf([1, 20, 300], 4);
    expect(mergeHistograms([emptyHistogram, histogram, emptyHistogram])).toEqual(histogram);
  });

  test.each(seeds)('is the histogram of all samples together, at the smallest scale (seed %i)', (seed) => {
    const random = seeded(seed);
    const parts = Array.from({ length: 6 }, () => latencies(random, 1 + Math.floor(random() * 80), 20 * random(), 1));
    const scales = parts.map(() => 3 + Math.floor(random() * 4));
    const merged = mergeHistograms(parts.map((part, i) => histogramOf(part, scales[i] ?? 3)));

    expect(shapeOf(merged)).toEqual(shapeOf(histogramOf(parts.flat(), Math.min(...scales))));
    expect(merged.sum).toBeCloseTo(histogramOf(parts.flat(), 3).sum, 6);
  });

  test.each(seeds)('does not depend on order or grouping (seed %i)', (seed) => {
    const random = seeded(seed);
    const [a, b, c] = [4, 5, 3].map((scale) => histogramOf(latencies(random, 50, 5, 2), scale));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three parts');
    const grouped = mergeHistograms([mergeHistograms([c, a]), b]);
    expect(shapeOf(grouped)).toEqual(shapeOf(mergeHistograms([a, b, c])));
  });

  test('adds zeros up', () => {
    const merged = mergeHistograms([histogramOf([0, 0, 1], 3), histogramOf([0], 20)]);
    expect(merged).toMatchObject({ zeroCount: 3, count: 4, min: 0, max: 1 });
    expect(mergeHistograms([histogramOf([0], 20), histogramOf([0, 0], 20)])).toMatchObject({
      zeroCount: 3,
      counts: [],
    });
  });

  test('of two lone samples far apart stays small', () => {
    const merged = mergeHistograms([histogramOf([0.001], 20), histogramOf([1e6], 20)]);
    expect(merged.counts.length).toBeLessThanOrEqual(1024);
    expect(merged.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(histogramQuantile(merged, 1)).toBe(1e6);
  });
});

describe('a quantile', () => {
  test('of nothing is null, like the mean', () => {
    expect(histogramQuantile(emptyHistogram, 0.5)).toBeNull();
    expect(histogramMean(emptyHistogram)).toBeNull();
  });

  test('of one sample, or of equal ones, is exact', () => {
    expect(histogramQuantile(histogramOf([12.34], 3), 0.95)).toBe(12.34);
    expect(histogramQuantile(histogramOf([5, 5, 5, 5], 2), 0.5)).toBe(5);
  });

  test('is exact at both ends', () => {
    const histogram = histogramOf([3, 7, 250], 2);
    expect(histogramQuantile(histogram, 0)).toBe(3);
    expect(histogramQuantile(histogram, 1)).toBe(250);
  });

  test('that lies among the zeros is zero', () => {
    expect(histogramQuantile(histogramOf([0, 0, 0, 0, 9], 3), 0.5)).toBe(0);
  });

  test('across a gap without samples is interpolated as k6 does it', () => {
    const samples = [...new Array<number>(99).fill(10), 1000];
    const exact = quantile(samples, 0.99) ?? 0;
    expect(histogramQuantile(histogramOf(samples, 4), 0.99)).toBeCloseTo(exact, 0);
  });

  test.each(seeds)('is never further off than its bucket is wide (seed %i)', (seed) => {
    const random = seeded(seed);
    const samples = latencies(random, 500, 30, 1);
    for (const scale of [5, 4, 3, 1]) {
      const histogram = histogramOf(samples, scale);
      for (const q of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999]) {
        const exact = quantile(samples, q) ?? 0;
        const estimate = histogramQuantile(histogram, q) ?? 0;
        expect(Math.abs(estimate / exact - 1)).toBeLessThanOrEqual(2 ** (2 ** -scale) - 1);
        expect(estimate).toBeGreaterThanOrEqual(histogram.min);
        expect(estimate).toBeLessThanOrEqual(histogram.max);
      }
    }
  });

  test.each(seeds)('p95 of a minute at 300/s is within 1.5 % at the scale of a whole run (seed %i)', (seed) => {
    const samples = latencies(seeded(seed), 18_000, 12, 0.8);
    const exact = quantile(samples, 0.95) ?? 0;
    expect(Math.abs((histogramQuantile(histogramOf(samples, 3), 0.95) ?? 0) / exact - 1)).toBeLessThan(0.015);
  });

  test.each(seeds)('never falls while q rises (seed %i)', (seed) => {
    const histogram = histogramOf([0, ...latencies(seeded(seed), 60, 3, 2)], 2);
    let before = Number.NEGATIVE_INFINITY;
    for (let q = 0; q <= 1; q += 0.01) {
      const value = histogramQuantile(histogram, q) ?? Number.NaN;
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
  });
});
