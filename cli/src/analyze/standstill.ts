import type { AnalysisInput } from './analyzer.ts';
import type { LoadSecond } from './load-second.ts';
import { isOneLevel, offeredSeconds } from './offered-load.ts';
import { findSlumps, type Slump } from './slump.ts';

/**
 * A second with under 30 % of the usual answers. k6's exports shift a rate by ± 5 % from second to second; a pause of
 * 1.4 s or more leaves at least one such second.
 */
const bounds = { share: 0.3, heldUpMs: 500, heldUpShare: 0.5, slowFactor: null };

/** Seconds of an offered load with hardly an answer: `pauses` while requests were under way, `idle` where none was. */
export interface Standstills {
  readonly seconds: readonly LoadSecond[];
  readonly pauses: readonly Slump[];
  readonly idle: readonly Slump[];
}

export function findStandstills({
  load,
  scenario,
  series,
}: Pick<AnalysisInput, 'load' | 'scenario' | 'series'>): Standstills {
  const seconds = offeredSeconds(load, scenario, series);
  const slumps = findSlumps(seconds, { load, series, oneLevel: isOneLevel(scenario), bounds });
  return {
    seconds,
    pauses: slumps.filter(({ underWay }) => underWay !== null),
    idle: slumps.filter(({ underWay }) => underWay === null),
  };
}
