import type { Options } from 'k6/options';

/**
 * One of several loads that follow each other without a break. Each is a scenario of k6's, so that k6's `scenario` tag
 * tells its figures apart in every metric, dropped arrivals included.
 */
export interface PlannedStep {
  readonly name: string;
  /** Arrivals a second. */
  readonly rate: number;
  readonly lengthMs: number;
  /** Users that are made before the load, and at least may wait; as many as usual for its rate where it names none. */
  readonly vus?: number;
  /** What happens when a limit breaks in it: k6 stops the run; the run fails at its end; nothing. */
  readonly gate: 'abort' | 'end' | 'none';
}

export interface Step extends PlannedStep {
  /** From the beginning of the load. */
  readonly startMs: number;
  readonly arrivals: number;
  /** k6 counts iterations anew in each of its scenarios; the same number twice would ask twice for the same. */
  readonly firstIteration: number;
}

// k6 may start one more than rate × length.
const spareIterations = 10;

export function inTurn(planned: readonly PlannedStep[]): Step[] {
  let startMs = 0;
  let firstIteration = 0;
  return planned.map((step) => {
    const arrivals = Math.ceil((step.rate * step.lengthMs) / 1_000);
    const placed = { ...step, startMs, arrivals, firstIteration };
    startMs += step.lengthMs;
    firstIteration += arrivals + spareIterations;
    return placed;
  });
}

type Limits = Readonly<Record<string, readonly string[]>>;
type Thresholds = NonNullable<Options['thresholds']>;

/**
 * The limits of an API, in k6's syntax, as a profile asks for them: over the whole run, or in each step that has to
 * hold. A profile that sets the pace by arrivals may also drop none of them.
 */
export function thresholdsOf(
  { steps, open }: { readonly steps: readonly Step[]; readonly open: boolean },
  limits: Limits,
): Thresholds {
  if (steps.length > 0) return Object.fromEntries(steps.flatMap((step) => inStep(step, limits)));
  const whole = Object.entries(limits).map(([metric, texts]) => [metric, [...texts]] as const);
  return { ...Object.fromEntries(whole), ...(open ? { dropped_iterations: noneDropped } : {}) };
}

const noneDropped = ['count==0'];

function inStep(step: Step, limits: Limits): Array<[string, Thresholds[string]]> {
  const tagged = Object.entries(limits).map(
    ([metric, texts]) => [withTag(metric, `scenario:${step.name}`), texts] as const,
  );
  const gated = [...tagged, [`dropped_iterations{scenario:${step.name}}`, noneDropped] as const];
  return [
    ...gated.map(([metric, texts]): [string, Thresholds[string]] => [metric, asGated(step, texts)]),
    // No gates: k6's summary gets exact figures of these.
    [`http_req_duration{scenario:${step.name},expected_response:true}`, []],
    [`http_reqs{scenario:${step.name}}`, []],
  ];
}

function asGated({ gate, startMs, lengthMs }: Step, texts: readonly string[]): Thresholds[string] {
  if (gate === 'none') return [];
  // The 99th percentile of some seconds is the length of their one longest pause; a step is held to its 95th.
  const held = texts.filter((text) => !text.startsWith('p(99)'));
  if (gate === 'end') return held;
  // k6 counts this time from the beginning of the test. Half a step: what it began with must not decide.
  const delayAbortEval = `${startMs + Math.ceil(lengthMs / 2)}ms`;
  return held.map((threshold) => ({ threshold, abortOnFail: true, delayAbortEval }));
}

/** `http_req_failed{name:a}` → `http_req_failed{name:a,scenario:b}` */
function withTag(metric: string, tag: string): string {
  return metric.endsWith('}') ? `${metric.slice(0, -1)},${tag}}` : `${metric}{${tag}}`;
}
