import { describe, expect, it } from 'vitest';
import { mergeHistograms } from '../../../src/stats/histogram.ts';
import { quantile } from '../../../src/stats/quantile.ts';
import { createTrendFold } from '../../../src/stats/trend-fold.ts';
import { histogramOf, latencies, seeded } from './seeded-samples.ts';

const grid = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** As k6 exports them: a histogram a second, each at the finest scale that its SDK could keep. */
function exported(samples: readonly number[], perSecond: number, scaleOf: (second: number) => number) {
  const seconds = Array.from({ length: Math.ceil(samples.length / perSecond) }, (_, second) => second);
  return seconds.map((second) =>
    histogramOf(samples.slice(second * perSecond, (second + 1) * perSecond), scaleOf(second)),
  );
}

function foldOf(parts: ReturnType<typeof exported>) {
  const fold = createTrendFold();
  for (const part of parts) fold.add(part);
  return fold;
}

describe('the samples of a trend, added up from histograms', () => {
  it.each([
    ['one scale', 5, 1, 0.5],
    ['scales that differ from second to second', 5, 4, 0.5],
    ['wide spread', 3, 2, 2.5],
    ['a coarse scale', 0, 1, 0.5],
  ])('bound every percentile that the samples themselves have: %s', (_, scale, scales, spread) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seeded(seed);
      const samples = latencies(random, 1 + Math.floor(random() * 900), 20, spread);
      const fold = foldOf(exported(samples, 70, (second) => scale - (second % scales)));
      for (const q of grid) {
        const [exact, { least, most }] = [quantile(samples, q) ?? Number.NaN, fold.range(q)];
        expect(exact, `seed ${seed}, q ${q}`).toBeGreaterThanOrEqual(least);
        expect(exact, `seed ${seed}, q ${q}`).toBeLessThanOrEqual(most);
        expect(fold.quantile(q)).toBeGreaterThanOrEqual(least);
        expect(fold.quantile(q)).toBeLessThanOrEqual(most);
      }
    }
  });

  it('leave count, sum, least and most exact', () => {
    const samples = latencies(seeded(7), 5_000, 30, 1);
    const fold = foldOf(exported(samples, 90, () => 4));
    expect([fold.count, fold.min, fold.max]).toEqual([5_000, Math.min(...samples), Math.max(...samples)]);
    expect(fold.sum).toBeCloseTo(
      samples.reduce((sum, sample) => sum + sample, 0),
      6,
    );
    expect(fold.range(0)).toEqual({ least: fold.min, most: fold.min });
    expect(fold.range(1)).toEqual({ least: fold.max, most: fold.max });
  });

  it('keep the resolution that most seconds came with, though one is coarse', () => {
    const samples = latencies(seeded(3), 6_000, 30, 0.4);
    const parts = exported(samples, 100, (second) => (second === 0 ? 0 : 6));
    const { least, most } = foldOf(parts).range(0.95);
    const coarsest = 2 ** (2 ** -mergeHistograms(parts).scale);
    expect(most / least).toBeLessThan(1.1);
    expect(coarsest).toBe(2);
  });

  it('of seconds with a single one, which come at the finest scale, are bounded to a thousandth', () => {
    const samples = latencies(seeded(11), 400, 25, 0.8);
    const fold = foldOf(exported(samples, 1, () => 20));
    for (const q of grid) {
      const { least, most } = fold.range(q);
      expect(quantile(samples, q)).toBeGreaterThanOrEqual(least);
      expect(quantile(samples, q)).toBeLessThanOrEqual(most);
      expect(most / least).toBeLessThan(1.001);
    }
  });

  it('do not depend on the order in which they come', () => {
    const parts = exported(latencies(seeded(5), 2_000, 10, 1), 40, (second) => 6 - (second % 3));
    const [one, other] = [foldOf(parts), foldOf([...parts].reverse())];
    for (const q of grid) expect(one.range(q)).toEqual(other.range(q));
  });

  it('are exact zeros where they were zero, and lie between the least and zero where they were negative', () => {
    const zeros = foldOf([histogramOf([0, 0, 0, 5], 5)]);
    expect(zeros.range(0.5)).toEqual({ least: 0, most: 0 });
    const samples = [-4, -3, -2, 6, 7];
    const negative = foldOf([histogramOf(samples, 5)]);
    expect(negative.range(0.25)).toEqual({ least: -4, most: 0 });
    expect(negative.range(0)).toEqual({ least: -4, most: -4 });
  });

  it('are found also where a bound is the sample itself, as a logarithm may put it into either bucket', () => {
    const onBound = { ...histogramOf([1, 2, 4], 0), counts: [1, 1, 1], offset: 0 };
    const { least, most } = foldOf([onBound]).range(0.5);
    expect(least).toBeLessThanOrEqual(2);
    expect(most).toBeGreaterThanOrEqual(2);
  });

  it('that are none have a count of 0', () => {
    expect(createTrendFold().count).toBe(0);
    const fold = foldOf([histogramOf([3], 5)]);
    expect(fold.range(0.95)).toEqual({ least: 3, most: 3 });
  });
});
