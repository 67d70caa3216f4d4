import { quantile } from './quantile.ts';

interface Timed {
  readonly t: number;
  readonly value: number;
}

export interface Trend {
  /** Change a second. */
  readonly slope: number;
  /** The slope lies above this with 99.5 %, as far as the readings are independent; minus infinity for too few. */
  readonly lowest: number;
  /** Spread of the readings about the line, from the 10th to the 90th percentile. */
  readonly spread: number;
}

/** 7,140 pairs; a run of six hours has 233 million. */
const mostPoints = 120;
const z = 2.576;

/**
 * Theil–Sen: the median slope of all pairs, which a third of wild readings cannot turn; its bound from the variance of
 * Kendall's S, √(n(n−1)(2n+5)/18) (Sen 1968). Many readings are thinned to medians of neighbours first.
 *
 * @param points in the order of time
 * @returns null for fewer than three readings
 */
export function theilSen(points: readonly Timed[]): Trend | null {
  const thinned = thin(points);
  const n = thinned.length;
  if (n < 3) return null;
  const slopes: number[] = [];
  for (const [index, a] of thinned.entries()) {
    for (const b of thinned.slice(index + 1)) {
      if (b.t > a.t) slopes.push((b.value - a.value) / ((b.t - a.t) / 1_000));
    }
  }
  slopes.sort((a, b) => a - b);
  const slope = quantile(slopes, 0.5);
  if (slope === null) return null;
  const below = Math.floor((slopes.length - z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2);
  const start = thinned[0]?.t ?? 0;
  const rests = points.map(({ t, value }) => value - slope * ((t - start) / 1_000));
  const spread = (quantile(rests, 0.9) ?? 0) - (quantile(rests, 0.1) ?? 0);
  return { slope, lowest: slopes[below] ?? Number.NEGATIVE_INFINITY, spread };
}

function thin(points: readonly Timed[]): Timed[] {
  if (points.length <= mostPoints) return [...points];
  return Array.from({ length: mostPoints }, (_, index) => {
    const from = Math.floor((index * points.length) / mostPoints);
    const block = points.slice(from, Math.floor(((index + 1) * points.length) / mostPoints));
    return { t: median(block.map(({ t }) => t)), value: median(block.map(({ value }) => value)) };
  });
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5) ?? Number.NaN;
}
