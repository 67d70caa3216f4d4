import type { Fault } from '../faults/fault.ts';
import type { Drill, Level } from '../record/drill.ts';
import type { LevelRules } from '../record/level-rules.ts';
import type { StackRequest } from '../stack/stack.ts';

/** What a drill does, before anything is done. All times in milliseconds. */
export interface DrillPlan {
  readonly fault: Fault;
  readonly baselineMs: number;
  readonly holdMs: number;
  /** How long the load goes on after the fault was undone. */
  readonly recoverMs: number;
  /** An answer that takes longer is a bad one for the detector. */
  readonly latencyMs: number;
  /** Work that waits longer is stale to it. */
  readonly freshnessMs: number;
  /** Where alarms are posted in Slack's format; null: nowhere. */
  readonly webhook: string | null;
  /** A shell command that is run at the first alarm while the fault stands; null: none. */
  readonly mitigate: string | null;
  readonly rules: LevelRules;
  /** The worst level that passes; null: any. */
  readonly maxLevel: Exclude<Level, 'undetermined'> | null;
  readonly batch: Drill['batch'];
  readonly repeat: Drill['repeat'];
  readonly estimate: Drill['estimate'];
  readonly placebo: Drill['placebo'];
}

/** Code of the error where k6 ended before the drill did. */
export const cutShort = 'drill-cut-short';

/** k6 needs a moment to begin, the fault one to stand and one to go. */
const slackMs = 8_000;

/** Length of the load that has room for every phase. Milliseconds. */
export function drillLoadMs({
  baselineMs,
  holdMs,
  recoverMs,
}: Pick<DrillPlan, 'baselineMs' | 'holdMs' | 'recoverMs'>): number {
  return baselineMs + holdMs + recoverMs + slackMs;
}

/** Between the look at the baseline and the fault. Milliseconds. */
export const baselineCheckMs = 1_000;
/** From the beginning of k6's load until its first answers have been heard. */
const firstAnswersMs = 2_000;

/** When a surge begins that comes with the fault, in milliseconds of k6's load: it cannot be told to begin. */
export function surgeStartMs({ baselineMs }: Pick<DrillPlan, 'baselineMs'>): number {
  return firstAnswersMs + baselineMs + baselineCheckMs;
}
/** A broker that was killed waits until its former session is over before it serves anybody. */
const restartSlackMs = 30_000;

/** The longest that the injector lets a fault stand: a loadkit that hangs must not keep it. */
export function longestHoldMs({ fault, holdMs }: Pick<DrillPlan, 'fault' | 'holdMs'>): number {
  return holdMs + slackMs + (fault.restarts === undefined ? 0 : restartSlackMs);
}

/** What a fault needs of the stack that is started for it. */
export function stackWishes({
  fault,
  holdMs,
}: Pick<DrillPlan, 'fault' | 'holdMs'>): Pick<StackRequest, 'proxied' | 'restarted' | 'redisPersistence'> {
  return {
    proxied: fault.proxies,
    restarted: Object.fromEntries((fault.restarts ?? []).map((store) => [store, holdMs])),
    redisPersistence: fault.redisPersistence ?? true,
  };
}
