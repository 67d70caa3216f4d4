import type { Scenario } from 'k6/options';
import { choice, duration, type Environment, fraction, given, refused, whole, wrongValue } from './parameters.ts';

/**
 * How much load, by name:
 *
 *   load    100 users for 60 s, each waiting between its requests (closed model)
 *   smoke   3 users for 5 s: does it work at all?
 *   open    a fixed number of arrivals a second for 60 s, however slow the answers are (open model)
 *   warmup  20 users for 3 s, before the measured load: always the same, whatever is asked of the measured one
 *
 * `LOADKIT_VUS`, `LOADKIT_DURATION`, `LOADKIT_ITERATIONS` (shared by all users, as in k6) and `LOADKIT_RATE`
 * (arrivals a second, `open` only) change one thing of it; `THINK_MAX` the longest wait of a closed profile in seconds.
 */
const profileNames = ['load', 'smoke', 'open', 'warmup'] as const;

interface ClosedShape {
  readonly vus: number;
  readonly duration: string;
  /** Longest think time in seconds. */
  readonly thinkMax: number;
}

/** What differs from scenario to scenario. */
export interface ProfileDefaults {
  /** Longest think time of profile `load`, in seconds. */
  readonly thinkMax: number;
  /** Arrivals a second of profile `open`. */
  readonly rate: number;
}

export interface LoadShape {
  readonly scenario: Scenario;
  /** Seconds; 0 where the arrival rate, not the user, sets the pace. */
  readonly thinkMax: number;
  /** Thresholds that belong to the load model rather than to an API. */
  readonly thresholds: Record<string, string[]>;
}

const mostVus = 100_000;
const mostIterations = 1_000_000_000;
const mostArrivals = 1_000_000;

// Longer than one request's time-out and one wait, so that a hanging request ends as a failure and not unseen.
const gracefulStop = '12s';

export function readLoadShape(env: Environment, defaults: ProfileDefaults): LoadShape {
  switch (choice(env, 'LOADKIT_PROFILE', 'load', profileNames)) {
    case 'load':
      return closedShape(env, { vus: 100, duration: '60s', thinkMax: defaults.thinkMax });
    case 'smoke':
      return closedShape(env, { vus: 3, duration: '5s', thinkMax: 0.1 });
    case 'warmup':
      return closedShape({}, { vus: 20, duration: '3s', thinkMax: 0.1 });
    case 'open':
      return openShape(env, defaults.rate);
  }
}

function closedShape(env: Environment, shape: ClosedShape): LoadShape {
  refuse(env, 'LOADKIT_RATE', 'a closed profile has no arrival rate, use --profile open');
  const thinkMax = fraction(env, 'THINK_MAX', shape.thinkMax, { min: 0, max: 3600 });
  return { scenario: closedScenario(env, shape), thinkMax, thresholds: {} };
}

function closedScenario(env: Environment, shape: ClosedShape): Scenario {
  const vus = whole(env, 'LOADKIT_VUS', null, { min: 1, max: mostVus });
  const length = duration(env, 'LOADKIT_DURATION');
  const iterations = whole(env, 'LOADKIT_ITERATIONS', null, { min: 1, max: mostIterations });
  if (iterations === null) {
    return { executor: 'constant-vus', vus: vus ?? shape.vus, duration: length ?? shape.duration, gracefulStop };
  }
  if (vus !== null && vus > iterations) {
    throw wrongValue('LOADKIT_ITERATIONS', `at least one for each of the ${vus} VUs`, String(iterations));
  }
  return {
    executor: 'shared-iterations',
    vus: vus ?? Math.min(shape.vus, iterations),
    iterations,
    // k6's own limit for a number of iterations without a duration.
    maxDuration: length ?? '10m',
    gracefulStop,
  };
}

function openShape(env: Environment, defaultRate: number): LoadShape {
  refuse(env, 'LOADKIT_ITERATIONS', 'profile open runs for a duration, use --profile load or leave it out');
  refuse(env, 'THINK_MAX', 'in profile open the arrival rate sets the pace, use --profile load or leave it out');
  const rate = whole(env, 'LOADKIT_RATE', defaultRate, { min: 1, max: mostArrivals });
  const vus = whole(env, 'LOADKIT_VUS', null, { min: 1, max: mostVus });
  // Half a second of arrivals may wait for an answer before k6 has to make users, which costs it arrivals; four seconds
  // of them, and never more than 2,000, may hang before arrivals are dropped.
  const maxVUs = vus ?? between(rate * 4, 50, 2_000);
  return {
    scenario: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: duration(env, 'LOADKIT_DURATION') ?? '60s',
      preAllocatedVUs: Math.min(maxVUs, between(rate / 2, 20, 1_000)),
      maxVUs,
      gracefulStop,
    },
    thinkMax: 0,
    thresholds: { dropped_iterations: ['count==0'] },
  };
}

function refuse(env: Environment, key: string, reason: string): void {
  const value = given(env, key);
  if (value !== null) throw refused(key, reason, value);
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.ceil(value)));
}
