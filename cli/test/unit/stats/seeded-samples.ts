import type { Histogram } from '../../../src/stats/histogram.ts';

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Log-normal response times around `medianMs`, the usual shape of latency. */
export function latencies(random: () => number, count: number, medianMs: number, spread: number): number[] {
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return medianMs * Math.exp(spread * normal);
  });
}

/** The histogram that an OTLP SDK would make of the samples at a scale, by the definition of its buckets. */
export function histogramOf(samples: readonly number[], scale: number): Histogram {
  const positive = samples
    .filter((sample) => sample > 0)
    .map((sample) => Math.ceil(Math.log2(sample) * 2 ** scale) - 1);
  const offset = positive.length === 0 ? 0 : Math.min(...positive);
  const counts = new Array<number>(positive.length === 0 ? 0 : Math.max(...positive) - offset + 1).fill(0);
  for (const index of positive) counts[index - offset] = (counts[index - offset] ?? 0) + 1;
  return {
    scale,
    offset,
    counts,
    zeroCount: samples.length - positive.length,
    count: samples.length,
    sum: samples.reduce((sum, sample) => sum + sample, 0),
    min: Math.min(...samples),
    max: Math.max(...samples),
  };
}
