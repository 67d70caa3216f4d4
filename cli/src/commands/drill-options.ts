import type { RunOptions } from '../config/run-options.ts';
import type { Fault } from '../faults/fault.ts';
import { type DrillPlan, drillLoadMs, surgeStartMs } from '../pipeline/drill-plan.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** `loadkit drill` as the user typed it, decoded. Null: not given. Times in milliseconds. */
export interface DrillOptions
  extends Pick<
    RunOptions,
    | 'stack'
    | 'external'
    | 'allowHosts'
    | 'env'
    | 'set'
    | 'fixture'
    | 'seed'
    | 'install'
    | 'drainLimitMs'
    | 'reportsFolder'
    | 'lang'
    | 'quiet'
    | 'json'
  > {
  readonly faults: readonly string[];
  /** Name of a target that was not started for the drill, typed to show that it is meant. */
  readonly permit: string | null;
  readonly repeat: number;
  /** Times that the worst fault of each row is done in all; null: no more often than the others. */
  readonly worst: number | null;
  readonly resume: boolean;
  readonly placebo: boolean;
  readonly baselineMs: number;
  readonly holdMs: number | null;
  readonly recoverMs: number;
  /** Arrivals per second. */
  readonly rate: number | null;
  readonly latencyMs: number;
  readonly freshnessMs: number;
  readonly levelRules: string | null;
  readonly maxLevel: DrillPlan['maxLevel'];
  readonly estimate: string | null;
  readonly webhook: string | null;
  /** Shell command. */
  readonly mitigate: string | null;
}

/** Milliseconds. */
const bounds = {
  // The detector learns from three quarters of it, of which the first two seconds are left out.
  baseline: { least: 14_000, most: 600_000, why: 'the detector learns in it what is normal' },
  hold: { least: 1_000, most: 1_800_000, why: 'a fault stands for half an hour at most' },
  // Ten good seconds, and some before them.
  recover: { least: 12_000, most: 1_800_000, why: 'ten good seconds in a row are a recovery' },
} as const;

/** Throws `LoadkitError` `option-value` (2) naming the option, what it was and what it may be. */
export function checkDrillOptions({ baselineMs, holdMs, recoverMs, webhook, mitigate }: DrillOptions): void {
  for (const [name, ms] of [
    ['baseline', baselineMs],
    ['hold', holdMs],
    ['recover', recoverMs],
  ] as const) {
    const { least, most, why } = bounds[name];
    if (ms === null || (ms >= least && ms <= most)) continue;
    throw wrong(`--${name}: expected ${least / 1_000}s to ${most / 1_000}s, found ${ms / 1_000}s`, why);
  }
  if (webhook !== null && !/^https?:$/.test(protocolOf(webhook))) {
    throw wrong(`--webhook: expected an address such as http://127.0.0.1:9000/hook, found "${webhook}"`, null);
  }
  if (mitigate !== null && mitigate.trim() === '') {
    throw wrong('--mitigate: expected a shell command, found nothing', 'such as --mitigate ./runbook/failover.sh');
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

function wrong(message: string, hint: string | null): LoadkitError {
  return new LoadkitError('option-value', message, { ...(hint === null ? {} : { hint }), exitCode: exitCode.usage });
}

const usualRate = 100;

/** Milliseconds: what was typed, else the fault's own; never so short that it would not bite, or so long that it is another. */
export function holdOf(
  { holdMs, leastHoldMs = 0, mostHoldMs = Number.POSITIVE_INFINITY }: Fault,
  options: Pick<DrillOptions, 'holdMs'>,
): number {
  return Math.min(Math.max(options.holdMs ?? holdMs, leastHoldMs), mostHoldMs);
}

/** Arrivals per second: what was typed, else the fault's own. */
export function rateOf({ rate }: Fault, options: Pick<DrillOptions, 'rate'>): number {
  return options.rate ?? rate ?? usualRate;
}

/**
 * The load of a drill: an open model, as long as its phases, under the settings that the fault needs. What was typed wins.
 *
 * @param settingsThere of a stack that is up, which has more of its own than the fault asks for
 */
export function loadOptions(
  fault: Fault,
  holdMs: number,
  options: DrillOptions,
  settingsThere: Readonly<Record<string, string>> = {},
): RunOptions {
  const { baselineMs, recoverMs } = options;
  const rate = rateOf(fault, options);
  return {
    scenarios: [fault.scenario],
    ...profileOf(fault, holdMs, options),
    vus: null,
    duration: `${drillLoadMs({ baselineMs, holdMs, recoverMs })}ms`,
    rate: String(rate),
    iterations: null,
    stages: [],
    seed: options.seed,
    // A service that runs already is taken with the settings and the data that it has.
    ...(options.stack === 'external'
      ? { set: options.set, fixture: options.fixture }
      : {
          set: { ...settingsThere, ...fault.set, ...options.set },
          fixture: { ...fault.fixture?.({ rate, baselineMs, holdMs }), ...options.fixture },
        }),
    compared: null,
    repeats: 1,
    stack: options.stack,
    external: options.external,
    service: null,
    allowHosts: options.allowHosts,
    strict: false,
    k6Summary: true,
    install: options.install,
    warmup: true,
    drainLimitMs: options.drainLimitMs,
    reportsFolder: options.reportsFolder,
    lang: options.lang,
    quiet: options.quiet,
    json: options.json,
    dryRun: false,
  };
}

/** A surge is k6's spike, for as long as the fault stands. */
function profileOf(fault: Fault, holdMs: number, options: DrillOptions): Pick<RunOptions, 'profile' | 'env'> {
  if (fault.surge === undefined) return { profile: 'open', env: { ...fault.env, ...options.env } };
  const spike = {
    SPIKE_FACTOR: String(fault.surge),
    SPIKE_START: `${surgeStartMs(options)}ms`,
    SPIKE_DURATION: `${holdMs}ms`,
  };
  return { profile: 'spike', env: { ...spike, ...fault.env, ...options.env } };
}
