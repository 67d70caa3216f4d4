import { mostArrivals } from './arrivals.ts';
import { duration, type Environment, fraction, given, milliseconds, whole, wrongValue } from './parameters.ts';
import type { PlannedStep } from './steps.ts';

const stepDefault = { count: 8, factor: 1.5, length: '15s' };
/** Figures have a resolution of one second, and k6 looks at its thresholds every two. */
const leastStepMs = 1_000;

const spikeDefault = { factor: 10, length: '60s' };
/** Shares of the whole. The time right after the spike may be bad; then everything must be as it was. */
const spikePhases = [
  { name: 'before', share: 1 / 4, gate: 'end' },
  { name: 'spike', share: 1 / 6, gate: 'none' },
  { name: 'recovery', share: 1 / 4, gate: 'none' },
  { name: 'after', share: 1 / 3, gate: 'end' },
] as const;

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

/** `before`, `spike` with `SPIKE_FACTOR` times as many arrivals, `recovery` and `after` with as few as before. */
export function readSpike(env: Environment, usualRate: number): PlannedStep[] {
  const rate = whole(env, 'LOADKIT_RATE', usualRate, { min: 1, max: mostArrivals });
  const factor = fraction(env, 'SPIKE_FACTOR', spikeDefault.factor, { min: 1.01, max: 1_000 });
  const length = duration(env, 'LOADKIT_DURATION') ?? spikeDefault.length;
  const wholeMs = milliseconds(length);
  const leastMs = leastStepMs / Math.min(...spikePhases.map(({ share }) => share));
  if (wholeMs < leastMs)
    throw wrongValue('LOADKIT_DURATION', `at least ${leastMs / 1_000}s for the whole spike`, length);
  refuseTooMany(env, 'SPIKE_FACTOR', Math.round(rate * factor), 'in the spike');
  return spikePhases.map(({ name, share, gate }) => ({
    name,
    rate: name === 'spike' ? Math.round(rate * factor) : rate,
    lengthMs: Math.round(wholeMs * share),
    gate,
  }));
}

function refuseTooMany(env: Environment, key: string, rate: number, where: string): void {
  if (rate <= mostArrivals) return;
  throw wrongValue(typed(env, key), `at most ${mostArrivals} arrivals a second`, `${rate} ${where}`);
}

/** The key that somebody typed, where several together make what is wrong. */
function typed(env: Environment, key: string): string {
  return [key, 'STEP_FACTOR', 'LOADKIT_RATE'].find((one) => given(env, one) !== null) ?? key;
}
