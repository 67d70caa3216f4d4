import { areInTurn, type K6Scenario, k6Scenarios, k6Stages } from '../record/k6-scenario.ts';
import type { RunRecord } from '../record/run-record.ts';

/** A part of a load that differs from the parts beside it: one of several k6 scenarios, or a stage of one that ramps. */
export interface Step {
  readonly scenario: K6Scenario;
  /** 1, 2, …; null: the whole k6 scenario. */
  readonly stage: number | null;
  readonly offered: Offered;
  /** From the beginning of the load. */
  readonly startMs: number;
  /** As planned. */
  readonly lengthMs: number;
}

/** Arrivals a second or users, at the beginning and at the end of a step; or iterations, of all users or of each. */
export type Offered =
  | { readonly kind: 'rate' | 'users'; readonly from: number; readonly to: number }
  | { readonly kind: 'iterations' | 'iterations-each'; readonly iterations: number; readonly users: number };

/** In the order of time, each ramp before its stages. None where the load is the same from beginning to end. */
export function stepsOf({ scenario }: RunRecord): Step[] {
  const all = k6Scenarios(scenario?.options.scenarios);
  return all.flatMap((one) => {
    const stages = stageSteps(one);
    const isAlone = all.length === 1;
    return [...(isAlone ? [] : [wholeOf(one)]), ...(stages.length > 1 ? stages : [])];
  });
}

/** One after the other, each with a higher rate of arrivals: where it breaks is how much can be taken. */
export function isRising({ scenario }: RunRecord): boolean {
  const all = k6Scenarios(scenario?.options.scenarios);
  const rates = all.map((one) => perSecond(one.rate ?? 0, one));
  return (
    areInTurn(all) &&
    all.every(({ executor }) => executor === 'constant-arrival-rate') &&
    rates.every((rate, index) => index === 0 || rate > (rates[index - 1] ?? 0))
  );
}

function wholeOf(one: K6Scenario): Step {
  return { scenario: one, stage: null, offered: offeredBy(one), startMs: one.startMs, lengthMs: one.lengthMs };
}

function offeredBy(one: K6Scenario): Offered {
  const users = one.vus ?? 1;
  switch (one.executor) {
    case 'constant-arrival-rate':
      return level('rate', perSecond(one.rate ?? 0, one));
    case 'shared-iterations':
      return { kind: 'iterations', iterations: one.iterations ?? 1, users };
    case 'per-vu-iterations':
      return { kind: 'iterations-each', iterations: one.iterations ?? 1, users };
    case 'ramping-arrival-rate':
    case 'ramping-vus': {
      const [low, high] = rampBounds(one);
      return { kind: one.isOpen ? 'rate' : 'users', from: low, to: high };
    }
    default:
      return level('users', users);
  }
}

function level(kind: 'rate' | 'users', value: number): Offered {
  return { kind, from: value, to: value };
}

/** Of a whole ramp: the least and the most. */
function rampBounds(one: K6Scenario): [number, number] {
  const levels = [startLevel(one), ...one.stages.map(({ target }) => levelOf(one, target))];
  return [Math.min(...levels), Math.max(...levels)];
}

function stageSteps(one: K6Scenario): Step[] {
  return k6Stages(one).map(({ number, startMs, lengthMs, before, target }) => {
    const from = before === null ? startLevel(one) : levelOf(one, before);
    const offered = { kind: one.isOpen ? 'rate' : 'users', from, to: levelOf(one, target) } as const;
    return { scenario: one, stage: number, offered, startMs, lengthMs };
  });
}

function startLevel(one: K6Scenario): number {
  return one.isOpen ? perSecond(one.startRate ?? 0, one) : (one.startVUs ?? 1);
}

function levelOf(one: K6Scenario, target: number): number {
  return one.isOpen ? perSecond(target, one) : target;
}

function perSecond(rate: number, { timeUnit }: K6Scenario): number {
  return (rate * 1_000) / (timeUnit ?? 1_000);
}
