import { z } from 'zod';
import { parseGoDuration } from './go-duration.ts';

const durationMs = z
  .string()
  .nullish()
  .transform((text) => (text == null ? null : parseGoDuration(text)));
const stages = z
  .array(z.looseObject({ duration: durationMs, target: z.number().nullish() }))
  .nullish()
  .transform((list) => (list ?? []).map(({ duration, target }) => ({ lengthMs: duration ?? 0, target: target ?? 0 })));

/** The fields of k6's executors that decide how much load there is; k6 has validated them. */
const executorSchema = z.looseObject({
  executor: z.string(),
  startTime: durationMs,
  vus: z.number().nullish(),
  duration: durationMs,
  maxDuration: durationMs,
  iterations: z.number().nullish(),
  startVUs: z.number().nullish(),
  stages,
  rate: z.number().nullish(),
  startRate: z.number().nullish(),
  timeUnit: durationMs,
  preAllocatedVUs: z.number().nullish(),
  maxVUs: z.number().nullish(),
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

type Executor = z.infer<typeof executorSchema>;

function countsIterations({ executor, duration, iterations }: Executor): boolean {
  return executor.endsWith('-iterations') || (duration === null && iterations != null);
}

function lengthOf({ stages: list, duration, maxDuration }: Executor, endsEarly: boolean): number {
  if (endsEarly) return maxDuration ?? defaultMaxDurationMs;
  return list.length > 0 ? list.reduce((total, { lengthMs }) => total + lengthMs, 0) : (duration ?? 0);
}
