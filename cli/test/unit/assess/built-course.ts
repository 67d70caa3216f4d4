import { baselineOf } from '../../../src/assess/baseline.ts';
import { type GoodSecond, goodSeconds } from '../../../src/assess/good-second.ts';
import type { FaultSpan } from '../../../src/assess/impact.ts';
import { type Tolerance, toleranceOf } from '../../../src/assess/tolerance.ts';
import { type BuiltAnswer, type BuiltSecond, exportLine } from '../analyze/built-seconds.ts';
import { latencies, seeded } from '../stats/seeded-samples.ts';

/** Seconds of a load, the first `before` of which are its baseline. */
export interface BuiltCourse {
  readonly seconds: readonly GoodSecond[];
  readonly tolerance: Tolerance;
  /** From the end of the baseline on. */
  readonly fault: FaultSpan;
}

export function builtCourse(second: (second: number) => BuiltSecond, { before = 28, length = 90 } = {}): BuiltCourse {
  const load = Array.from({ length }, (_, index) => exportLine(index + 1, second(index)));
  const { whole: seconds } = goodSeconds({ load }, []);
  const baseline = baselineOf(seconds.slice(0, before));
  if (baseline === null) throw new Error('a baseline');
  return { seconds, tolerance: toleranceOf(baseline), fault: { from: baseline.to, to: Number.POSITIVE_INFINITY } };
}

export interface Noise {
  readonly seed: number;
  readonly rate?: number;
  /** Counts of a second lie within this share about the rate. */
  readonly jitter?: number;
  readonly spread?: number;
  /** Chance that an answer is an error. */
  readonly errors?: number;
  /** Chance that a whole second is four times as slow. */
  readonly slow?: number;
}

/** Answers of a second with the noise of a small machine; the same for the same seed and second. */
export function noisy(second: number, noise: Noise): BuiltAnswer[] {
  const { seed, rate = 100, jitter = 0.05, spread = 0.4, errors = 0, slow = 0 } = noise;
  const random = seeded(seed * 10_007 + second);
  const count = Math.round(rate * (1 - jitter + 2 * jitter * random()));
  const medianMs = random() < slow ? 20 : 5;
  return latencies(random, count, medianMs, spread).map((ms) => ({ ms, status: random() < errors ? 503 : 201 }));
}
