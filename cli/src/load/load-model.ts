import { z } from 'zod';
import type { Scenario } from '../record/run-record.ts';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

const duration = z
  .string()
  .nullish()
  .transform((text) => (text == null ? null : parseGoDuration(text)));
const stages = z
  .array(z.looseObject({ duration, target: z.number().nullish() }))
  .nullish()
  .transform((list) => list ?? []);

/** The fields of k6's executors that decide how much load there is; k6 has validated them. */
const executorSchema = z.looseObject({
  executor: z.string(),
  startTime: duration,
  vus: z.number().nullish(),
  duration,
  maxDuration: duration,
  iterations: z.number().nullish(),
  startVUs: z.number().nullish(),
  stages,
  rate: z.number().nullish(),
  startRate: z.number().nullish(),
  timeUnit: duration,
  preAllocatedVUs: z.number().nullish(),
  maxVUs: z.number().nullish(),
});
type Executor = z.infer<typeof executorSchema>;

const scenariosSchema = z.record(z.string(), executorSchema);

/** k6's own default of `maxDuration` for executors that count iterations. */
const defaultMaxDurationMs = 600_000;

/**
 * What kind of load k6's `scenarios` make, and for how long. `plannedMs` leaves out `gracefulStop`, in which k6 only
 * waits for what it has begun; for executors that count iterations it is their `maxDuration`.
 */
export function describeLoad(scenarios: unknown): Pick<Scenario, 'model' | 'shape' | 'plannedMs'> {
  const executors = Object.values(scenariosSchema.parse(scenarios ?? {}));
  return {
    model: modelOf(executors),
    shape: executors.map(shapeOf).join(' + '),
    plannedMs: Math.max(0, ...executors.map((executor) => (executor.startTime ?? 0) + lengthOf(executor))),
  };
}

function modelOf(executors: readonly Executor[]): Scenario['model'] {
  const open = executors.filter(isOpen).length;
  if (open === 0) return 'closed';
  return open === executors.length ? 'open' : 'mixed';
}

function isOpen({ executor }: Executor): boolean {
  return executor.endsWith('arrival-rate');
}

function lengthOf(executor: Executor): number {
  const { stages, duration, maxDuration, iterations } = executor;
  if (executor.executor.endsWith('-iterations') || (duration === null && iterations != null)) {
    return maxDuration ?? defaultMaxDurationMs;
  }
  return stages.length > 0 ? stages.reduce((total, stage) => total + (stage.duration ?? 0), 0) : (duration ?? 0);
}

function shapeOf(executor: Executor): string {
  const length = formatGoDuration(lengthOf(executor));
  const vus = executor.vus ?? 1;
  switch (executor.executor) {
    case 'constant-arrival-rate':
      return `arrival rate ${perSecond(executor.rate ?? 0, executor)}/s · ${length} · ${vuLimit(executor)}`;
    case 'ramping-arrival-rate':
      return `arrival rate ${ramp(executor.startRate ?? 0, executor, (rate) => perSecond(rate, executor))}/s · ${length} · ${vuLimit(executor)}`;
    case 'ramping-vus':
      return `${ramp(executor.startVUs ?? 1, executor, String)} VU · ${length}`;
    case 'shared-iterations':
      return `${vus} VU · ${executor.iterations ?? 1} iterations`;
    case 'per-vu-iterations':
      return `${vus} VU × ${executor.iterations ?? 1} iterations`;
    default:
      return `${vus} VU · ${length}`;
  }
}

function perSecond(rate: number, { timeUnit }: Executor): string {
  const value = (rate * 1_000) / (timeUnit ?? 1_000);
  return String(Number(value.toPrecision(6)));
}

function vuLimit({ maxVUs, preAllocatedVUs }: Executor): string {
  return `≤ ${Math.max(maxVUs ?? 0, preAllocatedVUs ?? 0)} VU`;
}

/** `0 → 100 → 0`: every level that a ramp goes to, a level that is held only once. */
function ramp(start: number, { stages }: Executor, format: (level: number) => string): string {
  const levels = [start, ...stages.map((stage) => stage.target ?? 0)];
  return levels
    .filter((level, i) => i === 0 || level !== levels[i - 1])
    .map(format)
    .join(' → ');
}
