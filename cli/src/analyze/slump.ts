import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import { type LoadSecond, rateOf } from './load-second.ts';
import { keysOf } from './signal.ts';

/** Neighbouring seconds in which far fewer answers came than usual. */
export interface Slump {
  readonly from: number;
  readonly to: number;
  /** How long it lasted: its seconds, or the longest response in or right after it, up to two seconds more. */
  readonly lengthMs: number;
  readonly answers: number;
  /** Answers per second in its worst second. */
  readonly lowestRate: number;
  readonly usualRate: number;
  /** The longest response in it or right after it, in milliseconds. */
  readonly longestMs: number;
  /** Requests were under way, so that it was no want of load: by what is known of them. */
  readonly underWay: 'responses' | 'dropped' | 'in-flight' | 'cut' | null;
}

export interface SlumpBounds {
  /** Of the usual rate. */
  readonly share: number;
  /** A response that long, and five times as long as usual, was held up. */
  readonly heldUpMs: number;
  /** The response must have taken this share of the slump. */
  readonly heldUpShare: number;
  /** Or the median response of the slump was that many times as long as usual; null: a slow server is no standing one. */
  readonly slowFactor: number | null;
}

/** From here on a second at half the usual rate is no chance: 5 sigma of a Poisson number of 60 are 39. */
const countableRate = 60;
/** Below it only silence counts: that long that 20 answers were to be expected (e⁻²⁰). */
const expectedAnswers = 20;
const heldUpFactor = 5;
const neighbours = 15;

/**
 * The slumps among these seconds, in the order of time.
 *
 * @param oneLevel the load is the same all the time; else a second is compared with the 15 before it and the 15 after it,
 *   the lower of both, because a falling load is no slump
 */
export function findSlumps(
  seconds: readonly LoadSecond[],
  { load, series, oneLevel, bounds }: { load: Load; series: Series; oneLevel: boolean; bounds: SlumpBounds },
): Slump[] {
  const rates = seconds.map(rateOf);
  const whole = quantile(rates, 0.5) ?? 0;
  const usual = (index: number) => (oneLevel ? whole : localRate(rates, index));
  const isLow = (index: number) => {
    const rate = usual(index);
    if (rate <= 0) return false;
    return rate >= countableRate ? (rates[index] ?? 0) < bounds.share * rate : (rates[index] ?? 0) === 0;
  };
  const usualMs = medianOf(seconds);
  return runsOf(seconds.length, isLow).flatMap(([first, last]) => {
    const inside = seconds.slice(first, last + 1);
    const usualRate = usual(first);
    const lengthMs = (inside.at(-1)?.to ?? 0) - (inside[0]?.from ?? 0);
    if (usualRate < countableRate && (usualRate * lengthMs) / 1_000 < expectedAnswers) return [];
    const longestMs = seconds.slice(first, last + 3).reduce((most, { maxMs }) => Math.max(most, maxMs ?? 0), 0);
    const heldUp = Math.max(bounds.heldUpMs, heldUpFactor * (usualMs ?? 0), bounds.heldUpShare * lengthMs);
    const slowMs = bounds.slowFactor === null || usualMs === null ? null : bounds.slowFactor * usualMs;
    const insideMs = medianOf(inside);
    const isSlow = slowMs !== null && insideMs !== null && insideMs >= slowMs && longestMs >= bounds.heldUpMs;
    const isLast = last === seconds.length - 1;
    return {
      from: inside[0]?.from ?? 0,
      to: inside.at(-1)?.to ?? 0,
      lengthMs: Math.max(lengthMs, Math.min(longestMs, lengthMs + 2_000)),
      answers: inside.reduce((sum, { requests }) => sum + requests, 0),
      lowestRate: Math.min(...inside.map(rateOf)),
      usualRate,
      longestMs,
      underWay: longestMs >= heldUp || isSlow ? 'responses' : otherProof(inside, isLast, load, series),
    } satisfies Slump;
  });
}

function otherProof(seconds: readonly LoadSecond[], isLast: boolean, load: Load, series: Series): Slump['underWay'] {
  if (seconds.some(({ dropped }) => dropped > 0)) return 'dropped';
  const [from, to] = [seconds[0]?.from ?? 0, seconds.at(-1)?.to ?? 0];
  for (const key of keysOf(series, 'http_requests_in_flight')) {
    const readings = within(series.points.get(key) ?? [], from, to);
    if (readings.length > 0 && readings.every(({ value }) => value > 0)) return 'in-flight';
  }
  return isLast && (load.iterations?.interrupted ?? 0) > 0 ? 'cut' : null;
}

/** Of the median response times of the seconds. */
function medianOf(seconds: readonly LoadSecond[]): number | null {
  return quantile(
    seconds.flatMap(({ p50Ms }) => p50Ms ?? []),
    0.5,
  );
}

/** 0 where too few seconds are beside it. */
function localRate(rates: readonly number[], index: number): number {
  const before = rates.slice(Math.max(0, index - neighbours), index);
  const after = rates.slice(index + 1, index + 1 + neighbours);
  if (before.length < 5 || after.length < 5) return 0;
  return Math.min(quantile(before, 0.5) ?? 0, quantile(after, 0.5) ?? 0);
}

function runsOf(length: number, holds: (index: number) => boolean): Array<readonly [number, number]> {
  const runs: Array<readonly [number, number]> = [];
  let first: number | null = null;
  for (let index = 0; index <= length; index += 1) {
    const isIn = index < length && holds(index);
    if (isIn) first ??= index;
    else if (first !== null) {
      runs.push([first, index - 1]);
      first = null;
    }
  }
  return runs;
}
