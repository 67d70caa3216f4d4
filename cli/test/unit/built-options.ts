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
