import type { Finding, FindingDraft } from '../record/run-record.ts';
import { mannKendall } from '../stats/mann-kendall.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { type LoadSecond, rateOf } from './load-second.ts';
import { isOneLevel, offeredSeconds } from './offered-load.ts';

/** Half of it must show the level. Of some fifty runs of 10 s six seemed unsettled, of the length alone. */
const leastSeconds = 30;
/** Rates shift by ± 5 % from second to second with k6's exports; the p95 of a second by far more. */
const rateBand = 0.1;
const p95Band = 0.25;
const rolling = 5;
/** A p95 of fewer answers is nearly their maximum. */
const leastAnswers = 20;
const mixBand = 0.2;

/** One-sided 1 %. Neighbouring seconds are alike, so that blocks are tested, not seconds. */
const trendZ = 2.33;
const blockSeconds = 10;
const leastBlocks = 6;
const throughputFall = 0.2;
const latencyRise = 0.5;
const latencyRiseMs = 2;

/**
 * Is there a warm-up and a steady state: from which second on throughput and p95 hold the level of the second half, and
 * do they drift after that? A load of several levels has no one state, and is not judged.
 */
export const steadyState = {
  id: 'steady-state',
  requires: ['load', 'scenario', 'series'],
  analyze: ({ load, scenario, series }): FindingDraft => {
    const insufficient = (rule: string): FindingDraft => ({
      id: 'steady-state',
      outcome: 'insufficient-data',
      confidence: null,
      evidence: [],
      detail: { rule },
    });
    if (!isOneLevel(scenario)) return insufficient('several-levels');
    const seconds = offeredSeconds(load, scenario, series);
    if (seconds.length === 0) return insufficient('no-requests');
    if (seconds.length < leastSeconds) return insufficient('too-short');
    const rates = seconds.map(rateOf);
    const p95s = mixChanges(seconds) ? null : latencies(seconds);

    const [ratesFrom, p95From] = [settledAt(rates, rateBand), p95s === null ? 0 : settledTimes(p95s)];
    const settled = Math.max(ratesFrom, p95From);
    const rest = seconds.slice(settled);
    const usual = quantile(rest.map(rateOf), 0.5) ?? 0;
    if (usual <= 0) return insufficient('no-requests');
    const [from, to] = [rest[0]?.from ?? load.startedAt, seconds.at(-1)?.to ?? load.endedAt];
    const evidence: Finding['evidence'] = [
      { metric: 'http_reqs', from, to, value: usual, unit: 'per-second', comparedWith: null },
    ];
    const begun = seconds[0]?.from ?? load.startedAt;
    const shared = { usualPerSecond: usual, settledSeconds: Math.round((from - begun) / 1_000) };
    const found = { id: 'steady-state', evidence } as const;
    if (settled >= seconds.length / 2) {
      const [firstMs, lastMs] = halves(p95s ?? []);
      const isRate = ratesFrom >= seconds.length / 2;
      const detail = isRate ? { rule: 'unsettled' } : { rule: 'unsettled-latency', firstMs, lastMs };
      return {
        ...found,
        outcome: 'problem',
        confidence: 'medium',
        detail: { ...shared, ...detail, loadSeconds: seconds.length },
      };
    }
    const drift = driftOf(rest, p95s === null ? null : p95s.slice(settled));
    if (drift !== null) {
      evidence.push({ ...drift.evidence, from, to });
      const detail = { ...shared, rule: drift.rule, ...drift.values };
      return { ...found, outcome: 'problem', confidence: 'medium', detail };
    }
    const rule = mixChanges(seconds) ? 'mix-changes' : settled > 1 ? 'warm-up' : 'steady';
    return { ...found, outcome: 'ok', confidence: 'medium', detail: { ...shared, rule } };
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'series'>;

/** Another share of correct rejections is other work, so that times before and after cannot be compared. */
function mixChanges(seconds: readonly LoadSecond[]): boolean {
  const third = Math.ceil(seconds.length / 3);
  const share = (part: readonly LoadSecond[]) => {
    const sum = (pick: (one: LoadSecond) => number) => part.reduce((total, one) => total + pick(one), 0);
    return (
      sum(({ rejected }) => rejected) /
      Math.max(
        1,
        sum(({ requests }) => requests),
      )
    );
  };
  return Math.abs(share(seconds.slice(0, third)) - share(seconds.slice(-third))) > mixBand;
}

/** The p95 of each second; null where seconds have too few answers. A second without an answer has that of the one before. */
function latencies(seconds: readonly LoadSecond[]): number[] | null {
  if (
    (quantile(
      seconds.map(({ requests }) => requests),
      0.5,
    ) ?? 0) < leastAnswers
  )
    return null;
  let before = seconds.find(({ p95Ms }) => p95Ms !== null)?.p95Ms ?? 0;
  return seconds.map(({ p95Ms }) => {
    before = p95Ms ?? before;
    return before;
  });
}

/** First second from which on the values are not lower than those of the second half any more. */
function settledAt(values: readonly number[], band: number, leastBand = 0): number {
  const half = values.slice(Math.floor(values.length / 2));
  const level = quantile(half, 0.5) ?? 0;
  const spread =
    quantile(
      half.map((value) => Math.abs(value - level)),
      0.5,
    ) ?? 0;
  // 1.48 × the median deviation is a standard deviation of normal values.
  const least = level - Math.max(leastBand, band * Math.abs(level), 2 * 1.48 * spread);
  for (let index = 0; index + rolling <= values.length; index += 1) {
    if ((quantile(values.slice(index, index + rolling), 0.5) ?? 0) < least) continue;
    // The median of five seconds hides up to two that are still low.
    const ahead = values.slice(index, index + rolling).findIndex((value) => value >= least);
    return index + Math.max(0, ahead);
  }
  return values.length;
}

/** Times settle from above. */
function settledTimes(values: readonly number[]): number {
  return settledAt(
    values.map((value) => -value),
    p95Band,
    latencyRiseMs,
  );
}

function halves(values: readonly number[]): [number, number] {
  const middle = Math.floor(values.length / 2);
  return [quantile(values.slice(0, middle), 0.5) ?? 0, quantile(values.slice(middle), 0.5) ?? 0];
}

interface Drift {
  readonly rule: 'throughput-falls' | 'latency-rises';
  readonly values: Readonly<Record<string, number>>;
  readonly evidence: Pick<Finding['evidence'][number], 'metric' | 'value' | 'unit' | 'comparedWith'>;
}

function driftOf(seconds: readonly LoadSecond[], p95s: readonly number[] | null): Drift | null {
  const rates = blocksOf(seconds.map(rateOf));
  const [firstRate, lastRate] = ends(rates);
  if (mannKendall(rates) < -trendZ && lastRate < (1 - throughputFall) * firstRate) {
    return {
      rule: 'throughput-falls',
      values: { firstPerSecond: firstRate, lastPerSecond: lastRate },
      evidence: {
        metric: 'http_reqs',
        value: lastRate,
        unit: 'per-second',
        comparedWith: { value: firstRate, what: 'at-first' },
      },
    };
  }
  const times = blocksOf(p95s ?? []);
  const [firstMs, lastMs] = ends(times);
  const rose = lastMs > (1 + latencyRise) * firstMs && lastMs - firstMs > latencyRiseMs;
  if (mannKendall(times) <= trendZ || !rose) return null;
  return {
    rule: 'latency-rises',
    values: { firstMs, lastMs },
    evidence: {
      metric: 'http_req_duration',
      value: lastMs,
      unit: 'ms',
      comparedWith: { value: firstMs, what: 'at-first' },
    },
  };
}

/** Medians of ten seconds each, or of a sixth where that is less; none of fewer than 30 seconds. */
function blocksOf(values: readonly number[]): number[] {
  const size = Math.min(blockSeconds, Math.floor(values.length / leastBlocks));
  if (size < rolling) return [];
  return Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    quantile(values.slice(index * size, (index + 1) * size), 0.5),
  ).flatMap((value) => value ?? []);
}

/** The first and the last third. */
function ends(blocks: readonly number[]): [number, number] {
  const third = Math.ceil(blocks.length / 3);
  return [quantile(blocks.slice(0, third), 0.5) ?? 0, quantile(blocks.slice(-third), 0.5) ?? 0];
}
