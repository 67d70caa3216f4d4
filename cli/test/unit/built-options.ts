import type { DrillOptions } from '../../src/commands/drill-options.ts';
import type { RunOptions } from '../../src/config/run-options.ts';

/** `loadkit run coupon` without any option. */
export function builtOptions(changes: Partial<RunOptions> = {}): RunOptions {
  return {
    scenarios: ['coupon'],
    profile: null,
    vus: null,
    duration: null,
    rate: null,
    iterations: null,
    stages: [],
    seed: null,
    env: {},
    set: {},
    fixture: {},
    compared: null,
    repeats: 1,
    stack: 'auto',
    external: noUrls,
    service: null,
    allowHosts: [],
    strict: false,
    k6Summary: true,
    install: true,
    warmup: true,
    drainLimitMs: 60_000,
    reportsFolder: '/reports',
    lang: 'ko',
    quiet: false,
    json: false,
    dryRun: false,
    ...changes,
  };
}

export const noUrls: RunOptions['external'] = {
  baseUrl: null,
  redisUrl: null,
  mysqlUrl: null,
  kafkaBrokers: null,
  metricsUrls: {},
};

/** `loadkit drill` without any option. */
export function builtDrillOptions(changes: Partial<DrillOptions> = {}): DrillOptions {
  return {
    faults: [],
    stack: 'local',
    external: noUrls,
    allowHosts: [],
    permit: null,
    repeat: 1,
    worst: null,
    resume: false,
    placebo: true,
    baselineMs: 20_000,
    holdMs: null,
    recoverMs: 30_000,
    rate: null,
    latencyMs: 200,
    freshnessMs: 10_000,
    levelRules: null,
    maxLevel: null,
    estimate: null,
    webhook: null,
    mitigate: null,
    env: {},
    set: {},
    fixture: {},
    seed: null,
    install: true,
    drainLimitMs: 60_000,
    reportsFolder: '/reports',
    lang: 'ko',
    quiet: false,
    json: false,
    ...changes,
  };
}
