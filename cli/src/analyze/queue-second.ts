import { isOf, metricKeyReader } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';
import { keysOf } from './signal.ts';

/**
 * A second counts as slow when its mean response time is five times the fastest 1 % of the same request, 20 ms at least,
 * and such requests are most of those in flight, four at least. On two cores that strangers filled, loads far below
 * every limit had 4–9 ms against 1.5 ms, at 0.2–1 in flight; a pool of one 260–1,900 ms at 47–700 in flight.
 */
const slowFactor = 5;
const slowMs = 20;
export const leastInFlight = 4;
const waitingGauges = ['mysql_pool_waiting', 'hikaricp_connections_pending'];

/** What users saw in one export of k6. */
export interface QueueSecond {
  /** The whole second that the probes read in it. */
  readonly at: number;
  readonly from: number;
  readonly t: number;
  readonly inFlight: number;
  readonly answers: number;
  readonly durationMs: number;
  readonly isSlow: boolean;
  readonly bestMs: number;
  readonly due: number;
  readonly dropped: number;
  readonly refused: number;
}

interface Durations {
  readonly sum: number;
  readonly count: number;
}

export function queueSeconds(series: Series): QueueSecond[] {
  const read = metricKeyReader();
  const nameOf = (key: string) => read(key).tags.name ?? '';
  const best = fastest(series, nameOf);
  const waiting = gaugeSum(series, waitingGauges);
  const serving = gaugeSum(series, ['http_requests_in_flight']);
  return series.load.map((line) => {
    const lengthMs = Math.max(1, line.t - line.from);
    const at = Math.floor(line.t / 1_000) * 1_000;
    const byName = durationsByName(line, nameOf);
    const all = [...byName.values()].reduce(sumUp, { sum: 0, count: 0 });
    const slow = [...byName].filter(([name, { sum, count }]) => sum / count >= slowBound(best.get(name) ?? 0));
    const slowInFlight = slow.reduce((total, [, { sum }]) => total + sum, 0) / lengthMs;
    const inFlight = all.sum / lengthMs;
    const counts = countsOf(line, (key) => read(key).tags.status ?? '');
    const isStuck = all.count === 0 && (serving.get(at) ?? 0) >= leastInFlight;
    const isSlow = slowInFlight >= Math.max(leastInFlight, inFlight / 2) || (waiting.get(at) ?? 0) >= 2 || isStuck;
    const bestMs = Math.min(...[...byName.keys()].map((name) => best.get(name) ?? Number.POSITIVE_INFINITY));
    return {
      ...{ at, from: line.from, t: line.t, inFlight: isStuck ? (serving.get(at) ?? 0) : inFlight, isSlow, bestMs },
      ...{ answers: all.count, durationMs: all.sum, ...counts },
    };
  });
}

function slowBound(bestMs: number): number {
  return Math.max(slowMs, slowFactor * bestMs);
}

function sumUp(a: Durations, b: Durations): Durations {
  return { sum: a.sum + b.sum, count: a.count + b.count };
}

function durationsByName({ histograms }: LoadLine, nameOf: (key: string) => string): Map<string, Durations> {
  const byName = new Map<string, Durations>();
  for (const [key, { sum, count }] of Object.entries(histograms)) {
    if (!isOf(key, 'http_req_duration') || count === 0) continue;
    byName.set(nameOf(key), sumUp(byName.get(nameOf(key)) ?? { sum: 0, count: 0 }, { sum, count }));
  }
  return byName;
}

/** Fastest 1 % of each request over the run: what it takes when nothing is in its way. */
function fastest({ load }: Series, nameOf: (key: string) => string): ReadonlyMap<string, number> {
  const byName = new Map<string, LoadLine['histograms'][string][]>();
  for (const { histograms } of load) {
    for (const [key, histogram] of Object.entries(histograms)) {
      if (!isOf(key, 'http_req_duration')) continue;
      const list = byName.get(nameOf(key));
      if (list === undefined) byName.set(nameOf(key), [histogram]);
      else list.push(histogram);
    }
  }
  return new Map([...byName].map(([name, list]) => [name, histogramQuantile(mergeHistograms(list), 0.01) ?? 0]));
}

function countsOf({ counters }: LoadLine, statusOf: (key: string) => string) {
  const counts = { due: 0, dropped: 0, refused: 0 };
  for (const [key, count] of Object.entries(counters)) {
    if (isOf(key, 'iterations')) counts.due += count;
    else if (isOf(key, 'dropped_iterations')) counts.dropped += count;
    else if (isOf(key, 'http_reqs') && /^(503|429)$/.test(statusOf(key))) counts.refused += count;
  }
  return counts;
}

function gaugeSum(series: Series, names: readonly string[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const key of names.flatMap((name) => keysOf(series, name))) {
    for (const { t, value } of series.points.get(key) ?? []) sums.set(t, (sums.get(t) ?? 0) + value);
  }
  return sums;
}
