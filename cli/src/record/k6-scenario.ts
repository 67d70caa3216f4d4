import { z } from 'zod';
import { parseGoDuration } from './go-duration.ts';
import { parseMetricKey } from './metric-key.ts';
import type { LoadLine } from './series.ts';

const durationMs = z
  .string()
  .nullish()
  .transform((text) => (text == null ? null : parseGoDuration(text)));
/** k6 takes whole numbers; one beyond them would make a rate that is none. */
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullish();
const stages = z
  .array(z.looseObject({ duration: durationMs, target: amount }))
  .nullish()
  .transform((list) => (list ?? []).map(({ duration, target }) => ({ lengthMs: duration ?? 0, target: target ?? 0 })));

/** The fields of k6's executors that decide how much load there is; k6 has validated them. */
const executorSchema = z.looseObject({
  executor: z.string(),
  startTime: durationMs,
  vus: amount,
  duration: durationMs,
  maxDuration: durationMs,
  iterations: amount,
  startVUs: amount,
  stages,
  rate: amount,
  startRate: amount,
  timeUnit: durationMs,
  preAllocatedVUs: amount,
  maxVUs: amount,
});

const scenariosSchema = z.record(z.string(), executorSchema);

/** k6's own default of `maxDuration` for executors that count iterations. */
const defaultMaxDurationMs = 600_000;

/** One entry of k6's `scenarios`. */
export interface K6Scenario extends z.infer<typeof executorSchema> {
  readonly name: string;
  /** From the beginning of the load. */
  readonly startMs: number;
  /** Without `gracefulStop`, in which k6 only waits for what it has begun; of iterations their `maxDuration`. */
  readonly lengthMs: number;
  /** True for a number of iterations: it may end long before. */
  readonly endsEarly: boolean;
  /** True where a rate of arrivals, not users, sets the pace. */
  readonly isOpen: boolean;
}

/** k6's `scenarios` (of `options`, as `k6 inspect` prints them) in the order of time; none where they are not k6's. */
export function k6Scenarios(scenarios: unknown): K6Scenario[] {
  const decoded = Object.entries(scenariosSchema.catch({}).parse(scenarios ?? {})).map(([name, executor]) => {
    const endsEarly = countsIterations(executor);
    return {
      ...executor,
      name,
      startMs: executor.startTime ?? 0,
      lengthMs: lengthOf(executor, endsEarly),
      endsEarly,
      isOpen: executor.executor.endsWith('arrival-rate'),
    };
  });
  return decoded.sort((a, b) => a.startMs - b.startMs);
}

/** True when each begins where the one before it has ended: not two at the same time. */
export function areInTurn(scenarios: readonly K6Scenario[]): boolean {
  return (
    scenarios.length > 1 &&
    scenarios.slice(1).every(({ startMs }, index) => {
      const before = scenarios[index];
      return before !== undefined && before.startMs + before.lengthMs <= startMs;
    })
  );
}

/** A stage of a ramp: the load goes from `before` to `target`, in the executor's own unit; null: from where it starts. */
export interface K6Stage {
  /** 1, 2, …, as a reader counts them. */
  readonly number: number;
  /** From the beginning of the load. */
  readonly startMs: number;
  readonly lengthMs: number;
  readonly before: number | null;
  readonly target: number;
}

/** The stages in their order. One without length is a jump to the level of the next, and none of its own. */
export function k6Stages({ startMs: begin, stages: all }: K6Scenario): K6Stage[] {
  const found: K6Stage[] = [];
  let startMs = begin;
  let before: number | null = null;
  for (const { lengthMs, target } of all) {
    if (lengthMs > 0) found.push({ number: found.length + 1, startMs, lengthMs, before, target });
    startMs += lengthMs;
    before = target;
  }
  return found;
}

/** True when the export holds samples of that k6 scenario. */
export function hasSamplesOf({ counters, histograms }: LoadLine, scenario: string): boolean {
  const isOf = (key: string) => key.includes('scenario:') && parseMetricKey(key).tags.scenario === scenario;
  return Object.keys(counters).some(isOf) || Object.keys(histograms).some(isOf);
}

type Executor = z.infer<typeof executorSchema>;

function countsIterations({ executor, duration, iterations }: Executor): boolean {
  return executor.endsWith('-iterations') || (duration === null && iterations != null);
}

function lengthOf({ stages: list, duration, maxDuration }: Executor, endsEarly: boolean): number {
  if (endsEarly) return maxDuration ?? defaultMaxDurationMs;
  return list.length > 0 ? list.reduce((total, { lengthMs }) => total + lengthMs, 0) : (duration ?? 0);
}
