import type { FindingDraft } from '../record/run-record.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { type LoadSecond, rateOf } from './load-second.ts';
import type { Slump } from './slump.ts';
import { findStandstills } from './standstill.ts';

const leastSeconds = 10;
/** A second without an answer every few seconds is normal at less than this. */
const leastRate = 1;
const shown = 5;
/** Pauses are known to a second at each end. */
const periodToleranceMs = 1_500;
const periodTolerance = 0.15;

/** Did the service stand still: seconds with hardly an answer, while requests were under way? */
export const stall = {
  id: 'stall',
  requires: ['load', 'scenario', 'series'],
  analyze: ({ load, scenario, series }): FindingDraft => {
    const { seconds, pauses, idle } = findStandstills({ load, scenario, series });
    const lacking = whatLacks(seconds);
    if (lacking !== null) {
      return { id: 'stall', outcome: 'insufficient-data', confidence: null, evidence: [], detail: { rule: lacking } };
    }
    const idleSeconds = inSeconds(idle.reduce((sum, { from, to }) => sum + to - from, 0));
    const ruledOut = idle.length === 0 ? [] : [{ id: 'idle-seconds', values: { idleSeconds } }];
    const [first] = pauses;
    if (first === undefined) {
      const detail = { rule: 'none', loadSeconds: seconds.length };
      return { id: 'stall', outcome: 'ok', confidence: 'high', evidence: [], detail, ruledOut };
    }
    const periodMs = periodOf(pauses);
    const detail = {
      rule: periodMs === null ? (pauses.length === 1 ? 'pause' : 'pauses') : 'periodic',
      pauses: pauses.length,
      longestSeconds: inSeconds(Math.max(...pauses.map(({ lengthMs }) => lengthMs))),
      totalSeconds: inSeconds(pauses.reduce((sum, { lengthMs }) => sum + lengthMs, 0)),
      firstAt: first.from,
      lowestPerSecond: Math.min(...pauses.map(({ lowestRate }) => lowestRate)),
      usualPerSecond: first.usualRate,
      ...(periodMs === null ? {} : { periodSeconds: inSeconds(periodMs) }),
    };
    const exported = seconds.every(({ seconds: length }) => length < 2);
    return {
      id: 'stall',
      outcome: 'problem',
      confidence: pauses.some(({ underWay }) => underWay === 'responses') ? 'high' : 'medium',
      evidence: pauses.slice(0, shown).flatMap(evidenceOf),
      detail,
      ruledOut: exported ? [...ruledOut, { id: 'generator-silent', values: {} }] : ruledOut,
    };
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'series'>;

function whatLacks(seconds: readonly LoadSecond[]): string | null {
  if (seconds.every(({ requests }) => requests === 0)) return 'no-requests';
  if (seconds.length < leastSeconds) return 'too-short';
  return (quantile(seconds.map(rateOf), 0.5) ?? 0) < leastRate ? 'too-few' : null;
}

/** Of three pauses or more that come at equal distances; else null. */
function periodOf(pauses: readonly Slump[]): number | null {
  const distances = pauses.slice(1).map(({ from }, index) => from - (pauses[index]?.from ?? 0));
  const usual = quantile(distances, 0.5);
  if (usual === null || distances.length < 2) return null;
  const tolerance = Math.max(periodToleranceMs, periodTolerance * usual);
  if (distances.some((distance) => Math.abs(distance - usual) > tolerance)) return null;
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}

/** To a tenth: more is not known. */
function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function evidenceOf({ from, to, lowestRate, usualRate, longestMs }: Slump): FindingDraft['evidence'] {
  const comparedWith = { value: usualRate, what: 'usual-throughput' };
  return [
    { metric: 'http_reqs', from, to, value: lowestRate, unit: 'per-second', comparedWith },
    { metric: 'http_req_duration', from, to, value: longestMs, unit: 'ms', comparedWith: null },
  ];
}
