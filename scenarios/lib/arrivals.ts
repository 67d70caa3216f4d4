import type { Scenario } from 'k6/options';
import { type Environment, whole } from './parameters.ts';

export const mostVus = 100_000;
export const mostArrivals = 1_000_000;

interface ArrivalTimes {
  readonly duration: string;
  readonly startTime?: string;
  readonly gracefulStop: string;
}

/**
 * `rate` arrivals a second, however slow the answers are; `LOADKIT_VUS` bounds the users that may wait for one.
 *
 * @param made users that are made before the load; as many as is usual for the rate where it is left out
 */
export function arrivalScenario(
  env: Environment,
  { rate, ...times }: ArrivalTimes & { readonly rate: number },
  made?: number,
): Scenario {
  const vus = whole(env, 'LOADKIT_VUS', null, { min: 1, max: mostVus });
  // Half a second of arrivals may wait for an answer before k6 has to make users, which costs it arrivals; four seconds
  // of them, and never more than 2,000, may hang before arrivals are dropped. Users that wait for nothing cost answers
  // time: k6's garbage collector walks through each of them (0.8 MB), at 1,000 users every three seconds for one.
  const maxVUs = vus ?? Math.max(made ?? 0, between(rate * 4, 50, 2_000));
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    preAllocatedVUs: Math.min(maxVUs, made ?? between(rate / 2, 20, 400)),
    maxVUs,
    ...times,
  };
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.ceil(value)));
}
