import { type Baseline, leastGoodShare } from './baseline.ts';
import type { GoodSecond } from './good-second.ts';

interface Limits {
  /** Of what was offered. */
  readonly leastGoodShare: number;
  /** Good answers among what should have come, see `yieldOf`. */
  readonly leastYield: number;
  /** Milliseconds; infinite where the baseline has no times. */
  readonly mostP95Ms: number;
}

/** What a second may be like before it counts as bad, by its baseline. */
export interface Tolerance extends Limits {
  readonly baseline: Baseline;
  /** Share of the baseline's own seconds that count as bad. */
  readonly badShare: number;
  /** Worse than bad: what a jittering baseline does more seldom. */
  readonly clear: Limits;
  /** What a second adds to the suspicion of an impact, see `stepsOf`. */
  readonly steps: { readonly good: number; readonly bad: number; readonly clear: number };
  /** Beyond these one second is an impact by itself: worse than all of the baseline, and by far. */
  readonly gross: { readonly goodShare: number; readonly yield: number; readonly p95Ms: number };
}

const usual = { leastYield: 0.95, slower: 1.5, leastSlowerMs: 5 } as const;
const clear = { leastGoodShare: 0.97, leastYield: 0.85, slower: 2, leastSlowerMs: 10 } as const;
const gross = { goodShare: 0.9, yield: 0.5, slower: 10, leastSlowerMs: 100 } as const;
/** However much the counts of a baseline vary, fewer than that are missed by somebody. */
const lowestYield = 0.8;
/** Of fewer requests one or two are a large share by chance. */
const fewRequests = 10;
const fewFailures = 3;

/**
 * The limits are 99 % good, 95 % of what should have come, and a p95 within 1.5 × the baseline's, which a few milliseconds more
 * always is. k6 puts up to 5 % of a second's requests into the one beside it, and a slow load comes in lumps, so that the yield
 * may be as low as the baseline's lowest.
 */
export function toleranceOf(baseline: Baseline): Tolerance {
  const { seconds, p95Ms } = baseline;
  const yields = seconds.map((second) => yieldOf(second, baseline));
  const leastYield = Math.max(lowestYield, Math.min(usual.leastYield, ...yields));
  const limits = { leastGoodShare, leastYield, mostP95Ms: slowerThan(p95Ms, usual) };
  const clearly = {
    leastGoodShare: clear.leastGoodShare,
    leastYield: Math.min(clear.leastYield, leastYield),
    mostP95Ms: slowerThan(p95Ms, clear),
  };
  const count = (of: Limits) => seconds.filter((second) => exceeds(second, baseline, of)).length;
  const bad = count(limits);
  return {
    ...limits,
    baseline,
    clear: clearly,
    gross: {
      goodShare: Math.min(gross.goodShare, ...seconds.map(goodShareOf)),
      yield: Math.min(gross.yield, ...yields),
      p95Ms: Math.max(slowerThan(p95Ms, gross), ...seconds.map((second) => second.p95Ms ?? 0)),
    },
    badShare: bad / seconds.length,
    steps: stepsOf(bad, count(clearly), seconds.length),
  };
}

function slowerThan(
  p95Ms: number | null,
  { slower, leastSlowerMs }: { readonly slower: number; readonly leastSlowerMs: number },
): number {
  return p95Ms === null ? Infinity : Math.max(slower * p95Ms, p95Ms + leastSlowerMs);
}

/** Share of bad seconds of a load that was hit. */
const badWhenHit = 0.5;

/**
 * CUSUM's steps for "half of the seconds are bad" against the baseline's own share of bad ones, of which more are supposed
 * than so few seconds show: two (Agresti and Coull), of clearly bad ones one (Laplace).
 */
function stepsOf(bad: number, clearly: number, all: number): Tolerance['steps'] {
  const badShare = (bad + 2) / (all + 4);
  const clearShare = Math.min(badShare, (clearly + 1) / (all + 2));
  return {
    good: Math.log((1 - badWhenHit) / (1 - badShare)),
    bad: Math.log(badWhenHit / badShare),
    clear: Math.log(badWhenHit / clearShare),
  };
}

/** Fewer than 99 % good, fewer good ones than should have come, or slower. */
export function isBad(second: GoodSecond, tolerance: Tolerance): boolean {
  return exceeds(second, tolerance.baseline, tolerance);
}

/** How much more likely this second is in a load that was hit, as a logarithm. */
export function stepOf(second: GoodSecond, tolerance: Tolerance): number {
  const { baseline, clear: clearly, steps } = tolerance;
  if (!isBad(second, tolerance)) return steps.good;
  return exceeds(second, baseline, clearly) ? steps.clear : steps.bad;
}

function exceeds(second: GoodSecond, baseline: Baseline, limits: Limits): boolean {
  return (
    goodShareOf(second) < limits.leastGoodShare ||
    yieldOf(second, baseline) < limits.leastYield ||
    (second.p95Ms !== null && second.p95Ms > limits.mostP95Ms)
  );
}

export function isGross(second: GoodSecond, { baseline, gross: limits }: Tolerance): boolean {
  return (
    (second.bad >= fewFailures && goodShareOf(second) < limits.goodShare) ||
    (expectedOf(second, baseline) >= fewRequests && yieldOf(second, baseline) < limits.yield) ||
    (second.p95Ms !== null && second.p95Ms > limits.p95Ms)
  );
}

/** Good ones among what was offered; 1 where nothing was. */
function goodShareOf({ good, offered }: GoodSecond): number {
  return offered > 0 ? good / offered : 1;
}

/**
 * Good ones among what should have come: what was offered, or what the baseline offered, times the surge, where that is more.
 * While everything hangs no answer comes, and neither does an error.
 */
function yieldOf(second: GoodSecond, baseline: Baseline): number {
  const expected = expectedOf(second, baseline);
  return expected > 0 ? second.good / expected : 1;
}

function expectedOf({ offered, seconds, planned }: GoodSecond, { offeredPerSecond }: Baseline): number {
  return Math.max(offered, offeredPerSecond * seconds * planned);
}

/**
 * How much of a second users got: the share of good answers, and where not half of what should have come was offered, the yield.
 * The counts of a second are exact only to some per cent, their share is.
 */
export function availabilityOf(second: GoodSecond, { baseline }: Tolerance): number {
  const isOffered = second.offered >= gross.yield * expectedOf(second, baseline);
  return isOffered ? goodShareOf(second) : yieldOf(second, baseline);
}
