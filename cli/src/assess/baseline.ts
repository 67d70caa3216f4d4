import type { Drill } from '../record/drill.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';
import { quantile } from '../stats/quantile.ts';
import type { GoodSecond } from './good-second.ts';

/** How it was before anything was broken. */
export interface Baseline {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly seconds: readonly GoodSecond[];
  /** Medians per second. */
  readonly goodput: number;
  readonly offeredPerSecond: number;
  /** Good ones among all that was offered, 0–1. */
  readonly goodShare: number;
  readonly p95Ms: number | null;
}

/** Share of good answers below which there is nothing to compare a fault with. */
export const leastGoodShare = 0.99;
/** Fewer seconds say nothing about how much they differ. */
const leastSeconds = 5;
const settleMs = 2_000;
/** A baseline that begins so soon after the load holds its ramp. */
const soonMs = 3_000;
/** Share of the later rate at which a ramp has ended. */
const rampedUp = 0.9;

/**
 * The seconds of the phase `baseline` up to the injection, without its first two and without the ramp of a load that has just
 * begun.
 *
 * @param offered the whole seconds of the load
 */
export function baselineSeconds({ phases, injection }: Drill, offered: readonly GoodSecond[]): GoodSecond[] {
  const phase = phases.find(({ name }) => name === 'baseline');
  const begin = offered[0]?.from;
  if (phase === undefined || begin === undefined) return [];
  const from = Math.max(phase.startedAt, begin) + settleMs;
  const [end, injected] = [phase.endedAt ?? Infinity, injection?.startedAt ?? Infinity];
  const inside = offered.filter((second) => second.from >= from && second.to <= Math.min(end, injected));
  return phase.startedAt <= begin + soonMs ? withoutRamp(inside) : inside;
}

function withoutRamp(seconds: readonly GoodSecond[]): GoodSecond[] {
  const later = quantile(seconds.slice(Math.floor(seconds.length / 2)).map(rateOf), 0.5) ?? 0;
  const first = seconds.findIndex((second) => rateOf(second) >= rampedUp * later);
  return seconds.slice(Math.max(0, first));
}

function rateOf({ offered, seconds }: GoodSecond): number {
  return offered / seconds;
}

/** Null where there were fewer than five seconds, or nothing was offered in them. */
export function baselineOf(seconds: readonly GoodSecond[]): Baseline | null {
  const [first, last] = [seconds[0], seconds.at(-1)];
  const offered = seconds.reduce((sum, second) => sum + second.offered, 0);
  if (first === undefined || last === undefined || seconds.length < leastSeconds || offered === 0) return null;
  const median = (values: readonly number[]) => quantile(values, 0.5) ?? 0;
  return {
    from: first.from,
    to: last.to,
    seconds,
    goodput: median(seconds.map((second) => second.good / second.seconds)),
    offeredPerSecond: median(seconds.map(rateOf)),
    goodShare: seconds.reduce((sum, { good }) => sum + good, 0) / offered,
    p95Ms: histogramQuantile(mergeHistograms(seconds.map(({ durations }) => durations)), 0.95),
  };
}
