import type { RunOptions } from '../config/run-options.ts';
import type { Fault } from '../faults/fault.ts';
import { type DrillPlan, drillLoadMs } from '../pipeline/drill-plan.ts';

/** `loadkit drill` as the user typed it, decoded. Null: not given. Times in milliseconds. */
export interface DrillOptions
  extends Pick<
    RunOptions,
    'env' | 'set' | 'fixture' | 'seed' | 'install' | 'drainLimitMs' | 'reportsFolder' | 'lang' | 'quiet' | 'json'
  > {
  readonly faults: readonly string[];
  readonly repeat: number;
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
}

const usualRate = 100;

/** Arrivals per second: what was typed, else the fault's own. */
export function rateOf({ rate }: Fault, options: Pick<DrillOptions, 'rate'>): number {
  return options.rate ?? rate ?? usualRate;
}

/** The load of a drill: an open model, as long as its phases, under the settings that the fault needs. What was typed wins. */
export function loadOptions(fault: Fault, holdMs: number, options: DrillOptions): RunOptions {
  const { baselineMs, recoverMs } = options;
  return {
    scenarios: [fault.scenario],
    profile: 'open',
    vus: null,
    duration: `${drillLoadMs({ baselineMs, holdMs, recoverMs })}ms`,
    rate: String(rateOf(fault, options)),
    iterations: null,
    stages: [],
    seed: options.seed,
    env: { ...fault.env, ...options.env },
    set: { ...fault.set, ...options.set },
    fixture: options.fixture,
    compared: null,
    repeats: 1,
    stack: 'local',
    external: { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} },
    service: null,
    allowHosts: [],
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
