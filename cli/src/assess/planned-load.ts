import { areInTurn, k6Scenarios } from '../record/k6-scenario.ts';
import { isOf } from '../record/metric-key.ts';
import type { Scenario } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import { quantile } from '../stats/quantile.ts';

/** Arrivals a second that k6 was asked for, for a time; milliseconds from the beginning of the load. */
interface PlannedRate {
  readonly fromMs: number;
  readonly toMs: number;
  readonly perSecond: number;
}

/** A time in which more arrive than in the baseline before it. */
export interface PlannedSurge extends PlannedRate {
  /** Arrivals a second before it. */
  readonly usualPerSecond: number;
}

type OfScenario = Pick<Scenario, 'options'> | null;

/** None where the load is the same from beginning to end, or its rate is not known. */
function plannedRates(scenario: OfScenario): PlannedRate[] {
  const all = k6Scenarios(scenario?.options.scenarios);
  const isKnown = areInTurn(all) && all.every(({ executor }) => executor === 'constant-arrival-rate');
  if (!isKnown) return [];
  return all.map(({ startMs, lengthMs, rate, timeUnit }) => ({
    fromMs: startMs,
    toMs: startMs + lengthMs,
    perSecond: ((rate ?? 0) * 1_000) / (timeUnit || 1_000),
  }));
}

/** Where most arrive; null where no more do than at first. */
export function plannedSurge(scenario: OfScenario): PlannedSurge | null {
  const [first, ...others] = plannedRates(scenario);
  if (first === undefined || first.perSecond <= 0) return null;
  const [highest] = others.toSorted((a, b) => b.perSecond - a.perSecond);
  if (highest === undefined || highest.perSecond <= first.perSecond) return null;
  return { ...highest, usualPerSecond: first.perSecond };
}

/** By these exports it is told when a load began; those after them may belong to a fault. */
const mostExports = 5;

/**
 * When k6 began to send, by how many arrivals it had counted at the end of its first exports: the first one comes up to a second
 * later, while the count is exact to one arrival and the time of an answer. Epoch milliseconds; null before the first.
 */
export function loadBegin(lines: readonly LoadLine[], perSecond: number): number | null {
  let arrivals = 0;
  const begins: number[] = [];
  for (const { t, counters } of lines) {
    for (const [key, value] of Object.entries(counters)) {
      if (isOf(key, 'iterations') || isOf(key, 'dropped_iterations')) arrivals += value;
    }
    if (arrivals > 0) begins.push(t - (arrivals * 1_000) / perSecond);
    if (begins.length === mostExports) break;
  }
  return quantile(begins, 0.5);
}

/** Arrivals that were planned for a time (epoch milliseconds), as a multiple of the baseline's: 1 in a load that stays the same. */
export interface PlannedLoad {
  /** As many must have come at least. */
  least(from: number, to: number): number;
  /** More cannot have come. */
  most(from: number, to: number): number;
  /** Null where no more arrive than at first. Epoch milliseconds. */
  readonly surge: { readonly from: number; readonly to: number; readonly factor: number } | null;
}

/** k6 counts up to a twentieth of a second's arrivals in the one beside it, and its clock is known to some milliseconds. */
const edgeMs = 200;

export function plannedLoad(scenario: OfScenario, lines: readonly LoadLine[]): PlannedLoad {
  const rates = plannedRates(scenario);
  const usual = rates[0]?.perSecond ?? 0;
  const begin = usual > 0 ? loadBegin(lines, usual) : null;
  const touched = (from: number, to: number): number[] => {
    if (begin === null) return [1];
    const inside = rates.filter(({ fromMs, toMs }) => begin + fromMs < to + edgeMs && begin + toMs > from - edgeMs);
    return inside.length === 0 ? [1] : inside.map(({ perSecond }) => perSecond / usual);
  };
  const surge = plannedSurge(scenario);
  return {
    surge:
      surge === null || begin === null
        ? null
        : { from: begin + surge.fromMs, to: begin + surge.toMs, factor: surge.perSecond / surge.usualPerSecond },
    least: (from, to) => Math.min(...touched(from, to)),
    most: (from, to) => Math.max(...touched(from, to)),
  };
}
