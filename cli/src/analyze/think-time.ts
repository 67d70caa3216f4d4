import type { Finding, FindingDraft } from '../record/run-record.ts';
import { iterationSplit } from '../stats/iteration-split.ts';
import type { Analyzer } from './analyzer.ts';
import { trendSum } from './trend-sum.ts';

/** The part of an iteration that decides its length, and with it the throughput of a fixed number of users. */
const mostOfIt = 0.5;

/**
 * Does think time (sleep) decide how long an iteration takes? Then a long iteration says nothing about the server, and
 * this is never a problem. From exact sums over the whole run.
 */
export const thinkTime = {
  id: 'think-time',
  requires: ['load', 'series'],
  analyze: ({ load, series }): FindingDraft => {
    const split = iterationSplit((trend) => trendSum(load, series, trend)?.sum ?? null, load.iterations);
    const iteration = trendSum(load, series, 'iteration_duration');
    if (typeof split === 'string' || iteration === null) {
      const rule = typeof split === 'string' ? split : 'no-iterations';
      return { id: 'think-time', outcome: 'insufficient-data', confidence: null, evidence: [], detail: { rule } };
    }
    const meanMs = iteration.sum / iteration.count;
    const http = Math.min(1, split.http);
    const shared = { httpShare: http, httpMs: http * meanMs, iterationMs: meanMs };
    const whole = { from: load.startedAt, to: load.endedAt };
    const evidence: Finding['evidence'] = [
      { metric: 'iteration_duration', ...whole, value: meanMs, unit: 'ms', comparedWith: null },
    ];
    const found = { id: 'think-time', confidence: 'high', evidence } as const;
    if (split.think === null) {
      // Whatever the script did in the rest, it was less than half.
      if (http > mostOfIt) return { ...found, outcome: 'ok', detail: { ...shared, rule: 'http-dominates' } };
      const detail = { ...shared, rule: 'not-recorded', restShare: split.rest };
      return { ...found, outcome: 'insufficient-data', confidence: null, detail };
    }
    evidence.push({
      metric: 'think_time',
      ...whole,
      value: split.think,
      unit: 'share',
      comparedWith: { value: http, what: 'http-share' },
    });
    const rule = split.think > mostOfIt ? 'dominates' : 'minor';
    const think = { thinkShare: split.think, thinkMs: split.think * meanMs, restShare: split.rest };
    return { ...found, outcome: 'ok', detail: { ...shared, ...think, rule } };
  },
} as const satisfies Analyzer<'load' | 'series'>;
