import { mostArrivals, mostVus } from './arrivals.ts';
import { duration, type Environment, fraction, given, milliseconds, whole, wrongValue } from './parameters.ts';
import type { PlannedStep } from './steps.ts';

const stepDefault = { count: 8, factor: 1.5, length: '15s' };
/** Figures have a resolution of one second, and k6 looks at its thresholds every two. */
const leastStepMs = 1_000;

const spikeDefault = { factor: 10, length: '60s' };
/** Shares of the whole, and of what is left behind the spike. */
const spikeShares = { before: 1 / 4, spike: 1 / 6, recovery: 3 / 7 } as const;

/** `step_1`, `step_2`, …: each with `STEP_FACTOR` times the arrivals of the last, until one breaks a limit. */
export function readStress(env: Environment, usualRate: number): PlannedStep[] {
  const first = whole(env, 'LOADKIT_RATE', usualRate, { min: 1, max: mostArrivals });
  const count = whole(env, 'STEPS', stepDefault.count, { min: 2, max: 50 });
  const factor = fraction(env, 'STEP_FACTOR', stepDefault.factor, { min: 1.01, max: 100 });
  const length = duration(env, 'LOADKIT_DURATION') ?? stepDefault.length;
  const lengthMs = Math.round(milliseconds(length));
  if (lengthMs < leastStepMs) throw wrongValue('LOADKIT_DURATION', 'at least 1s for each step', length);
  const rates = risingRates(first, factor, count);
  refuseTooMany(env, 'STEPS', rates.at(-1) ?? 0, 'in the last step');
  return rates.map((rate, index) => ({ name: `step_${index + 1}`, rate, lengthMs, gate: 'abort' }));
}

/** Whole numbers, each higher than the last. */
function risingRates(first: number, factor: number, count: number): number[] {
  const rates: number[] = [];
  for (let index = 0; index < count; index += 1) {
    rates.push(Math.max(Math.round(first * factor ** index), (rates.at(-1) ?? 0) + 1));
  }
  return rates;
}

/**
 * `before`, `spike` with `SPIKE_FACTOR` times as many arrivals, `recovery` and `after` with as few as before. The time right
 * after the spike may be bad; then everything must be as it was.
 */
export function readSpike(env: Environment, usualRate: number): PlannedStep[] {
  const rate = whole(env, 'LOADKIT_RATE', usualRate, { min: 1, max: mostArrivals });
  const factor = fraction(env, 'SPIKE_FACTOR', spikeDefault.factor, { min: 1.01, max: 1_000 });
  const high = Math.round(rate * factor);
  refuseTooMany(env, 'SPIKE_FACTOR', high, 'in the spike');
  const vus = whole(env, 'SPIKE_VUS', null, { min: 1, max: mostVus });
  const { before, spike, recovery, after } = spikeLengths(env);
  return [
    { name: 'before', rate, lengthMs: before, gate: 'end' },
    { name: 'spike', rate: high, lengthMs: spike, gate: 'none', ...(vus === null ? {} : { vus }) },
    { name: 'recovery', rate, lengthMs: recovery, gate: 'none' },
    { name: 'after', rate, lengthMs: after, gate: 'end' },
  ];
}

/** Milliseconds. */
function spikeLengths(env: Environment): Record<'before' | 'spike' | 'recovery' | 'after', number> {
  const length = duration(env, 'LOADKIT_DURATION') ?? spikeDefault.length;
  const wholeMs = milliseconds(length);
  const asked = (key: string) => {
    const text = duration(env, key);
    return text === null ? null : Math.round(milliseconds(text));
  };
  const before = asked('SPIKE_START') ?? Math.round(wholeMs * spikeShares.before);
  const spike = asked('SPIKE_DURATION') ?? Math.round(wholeMs * spikeShares.spike);
  const left = wholeMs - before - spike;
  const recovery = Math.round(left * spikeShares.recovery);
  const lengths = { before, spike, recovery, after: Math.round(left - recovery) };
  const short = Object.entries(lengths).find(([, lengthMs]) => lengthMs < leastStepMs);
  if (short === undefined) return lengths;
  const [name, lengthMs] = short;
  throw wrongValue(
    'LOADKIT_DURATION',
    'at least 1s for each of before, spike, recovery and after',
    `${length}, of which ${name} would have ${Math.max(0, lengthMs) / 1_000}s`,
  );
}

function refuseTooMany(env: Environment, key: string, rate: number, where: string): void {
  if (rate <= mostArrivals) return;
  throw wrongValue(typed(env, key), `at most ${mostArrivals} arrivals a second`, `${rate} ${where}`);
}

/** The key that somebody typed, where several together make what is wrong. */
function typed(env: Environment, key: string): string {
  return [key, 'STEP_FACTOR', 'LOADKIT_RATE'].find((one) => given(env, one) !== null) ?? key;
}
