import type { Finding, FindingDraft, Load } from '../record/run-record.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { type LoadSecond, loadSeconds, rateOf } from './load-second.ts';
import { isOneLevel, offeredSeconds } from './offered-load.ts';
import { findSlumps, type Slump } from './slump.ts';

/** Half of the usual answers, and responses that were held up: one for most of that time, or all of them by far. */
const bounds = { share: 0.5, heldUpMs: 100, heldUpShare: 0.4, slowFactor: 3 };
/** A single second at half the rate is seen on any busy machine. */
const leastSlowSeconds = 1.5;
const leastSeconds = 10;
const shown = 5;

/**
 * Does the model of load hide what the server did? Users of a closed model wait with it, so that a slow server is asked
 * less (coordinated omission); arrivals of an open model that could not start are dropped, and count as bad.
 */
export const closedModel = {
  id: 'closed-model',
  requires: ['load', 'scenario', 'series'],
  analyze: ({ load, scenario, series }): FindingDraft => {
    const insufficient = (rule: string): FindingDraft => ({
      ...nothing,
      outcome: 'insufficient-data',
      detail: { rule },
    });
    if (scenario === null) return insufficient('no-scenario');
    const all = loadSeconds(series);
    const dropped = droppedIn(load, all);
    if (dropped === null) return insufficient('no-requests');
    if (dropped > 0) return droppedFinding(load, all, dropped);
    if (scenario.model === 'open') return { ...nothing, outcome: 'ok', confidence: 'high', detail: { rule: 'open' } };

    const seconds = offeredSeconds(load, scenario, series);
    if (seconds.length < leastSeconds) return insufficient(seconds.length === 0 ? 'no-requests' : 'too-short');
    const slumps = findSlumps(seconds, { load, series, oneLevel: isOneLevel(scenario), bounds });
    const hidden = slumps.filter(({ underWay }) => underWay !== null);
    const slowMs = hidden.reduce((sum, { from, to }) => sum + to - from, 0);
    if (slowMs >= leastSlowSeconds * 1_000) return hiddenFinding(hidden, seconds);
    const rule = scenario.model === 'mixed' ? 'mixed' : 'closed';
    return { ...nothing, outcome: 'ok', confidence: 'medium', detail: { rule, users: scenario.maxVus } };
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'series'>;

const nothing = { id: 'closed-model', confidence: null, evidence: [] };

/** k6 has the metric only when there is one. Null when neither its summary nor its exports are there. */
function droppedIn({ summary }: Load, seconds: readonly LoadSecond[]): number | null {
  if (summary === null && seconds.length === 0) return null;
  const counted = summary?.dropped_iterations?.count;
  return counted ?? seconds.reduce((sum, { dropped }) => sum + dropped, 0);
}

function droppedFinding(load: Load, seconds: readonly LoadSecond[], droppedCount: number): FindingDraft {
  const first = seconds.find(({ dropped }) => dropped > 0);
  const started = (load.iterations?.complete ?? 0) + (load.iterations?.interrupted ?? 0);
  const offered = started + droppedCount;
  const window = { from: first?.from ?? load.startedAt, to: first?.to ?? load.endedAt };
  const evidence: Finding['evidence'] = [
    {
      metric: 'dropped_iterations',
      ...window,
      value: droppedCount,
      unit: 'count',
      comparedWith: { value: offered, what: 'offered-iterations' },
    },
  ];
  const detail = {
    rule: 'dropped',
    droppedCount,
    droppedShare: droppedCount / offered,
    firstAt: first?.from ?? load.startedAt,
  };
  return { id: 'closed-model', outcome: 'problem', confidence: 'high', evidence, detail };
}

function hiddenFinding(slumps: readonly Slump[], seconds: readonly LoadSecond[]): FindingDraft {
  const usual = quantile(seconds.map(rateOf), 0.5) ?? 0;
  const slowSeconds = Math.round(slumps.reduce((sum, { from, to }) => sum + (to - from) / 1_000, 0));
  const missing = slumps.reduce(
    (sum, { from, to, usualRate, answers }) => sum + (usualRate * (to - from)) / 1_000 - answers,
    0,
  );
  return {
    id: 'closed-model',
    outcome: 'problem',
    confidence: 'medium',
    evidence: slumps.slice(0, shown).map(({ from, to, lowestRate, usualRate }) => ({
      metric: 'http_reqs',
      from,
      to,
      value: lowestRate,
      unit: 'per-second',
      comparedWith: { value: usualRate, what: 'usual-throughput' },
    })),
    detail: {
      rule: 'hidden',
      slowSeconds,
      lowestPerSecond: Math.min(...slumps.map(({ lowestRate }) => lowestRate)),
      usualPerSecond: usual,
      missingCount: Math.max(0, Math.round(missing)),
    },
    surer: [{ id: 'open-model', values: {} }],
  };
}
