import type { Scenario } from 'k6/options';
import { arrivalScenario, mostArrivals, mostVus } from './arrivals.ts';
import { choice, duration, type Environment, fraction, milliseconds, refuse, whole, wrongValue } from './parameters.ts';
import { readSpike, readStress } from './phases.ts';
import { inTurn, type Step } from './steps.ts';

/**
 * How much load, by name:
 *
 *   load    100 users for 60 s, each waiting between its requests (closed model)
 *   smoke   3 users for 5 s: does it work at all?
 *   open    a fixed number of arrivals a second for 60 s, however slow the answers are (open model)
 *   stress  arrivals in steps, each higher than the last, until one breaks a limit: how much can it take?
 *   spike   few arrivals, ten times as many for a short time, few again: does it recover?
 *   soak    a moderate number of arrivals for 30 min: does it stay as it was?
 *   warmup  20 users for 4 s without a pause, before the measured load: always the same, whatever is asked of the measured one
 *
 * `LOADKIT_VUS`, `LOADKIT_DURATION`, `LOADKIT_ITERATIONS` (shared by all users, as in k6) and `LOADKIT_RATE`
 * (arrivals a second of the open profiles) change one thing of it; `THINK_MAX` the longest wait of a closed profile in
 * seconds. In `stress` the rate is that of the first step and the duration that of each, `STEPS` is how many there are
 * and `STEP_FACTOR` what a step's rate is multiplied by for the next; in `spike` the rate is that before and after it,
 * the duration the whole, `SPIKE_FACTOR` says how many times as many arrive in it, `SPIKE_START` when it begins,
 * `SPIKE_DURATION` how long it is and `SPIKE_VUS` how many users are made before the load so that as many can wait in it.
 */
const profileNames = ['load', 'smoke', 'open', 'stress', 'spike', 'soak', 'warmup'] as const;

const openProfiles = ['open', 'stress', 'spike', 'soak'] as const;
type OpenProfile = (typeof openProfiles)[number];

interface ClosedShape {
  readonly vus: number;
  readonly duration: string;
  /** Longest think time in seconds. */
  readonly thinkMax: number;
}

/** What differs from scenario to scenario. */
export interface ProfileDefaults {
  /** Of k6's scenario, where the profile has no steps. */
  readonly name: string;
  /** Longest think time of profile `load`, in seconds. */
  readonly thinkMax: number;
  /** Arrivals a second. */
  readonly rates: Readonly<Record<OpenProfile, number>>;
}

export interface LoadShape {
  /** k6's scenarios by name. */
  readonly scenarios: Record<string, Scenario>;
  /** In the order of time; none in a profile that is the same load from beginning to end. */
  readonly steps: readonly Step[];
  /** True where the arrival rate, not the user, sets the pace. */
  readonly open: boolean;
  /** Seconds; 0 in an open profile. */
  readonly thinkMax: number;
  /**
   * Arrivals of a profile that is long or steep enough to use up a small fixture; null for the others. With as many
   * users and goods as that, its last arrivals meet the same work as its first.
   */
  readonly crowd: number | null;
}

const mostIterations = 1_000_000_000;

// Longer than one request's time-out and one wait, so that a hanging request ends as a failure and not unseen.
const gracefulStop = '12s';

export function readLoadShape(env: Environment, defaults: ProfileDefaults): LoadShape {
  const profile = choice(env, 'LOADKIT_PROFILE', 'load', profileNames);
  // Whatever is asked of the measured load.
  if (profile === 'warmup') return closedShape({}, defaults, { vus: 20, duration: '4s', thinkMax: 0.01 });
  refuseForeignKeys(env, profile);
  switch (profile) {
    case 'load':
      return closedShape(env, defaults, { vus: 100, duration: '60s', thinkMax: defaults.thinkMax });
    case 'smoke':
      return closedShape(env, defaults, { vus: 3, duration: '5s', thinkMax: 0.1 });
    case 'open':
      return { ...steadyShape(env, defaults, { rate: defaults.rates.open, duration: '60s' }), crowd: null };
    case 'soak':
      return steadyShape(env, defaults, { rate: defaults.rates.soak, duration: '30m' });
    case 'stress':
      return steppedShape(env, readStress(env, defaults.rates.stress));
    case 'spike':
      return steppedShape(env, readSpike(env, defaults.rates.spike));
  }
}

/** What would silently do nothing. */
function refuseForeignKeys(env: Environment, profile: Exclude<(typeof profileNames)[number], 'warmup'>): void {
  if (profile !== 'stress') {
    for (const key of ['STEPS', 'STEP_FACTOR']) refuse(env, key, 'only profile stress has steps, use --profile stress');
  }
  if (profile !== 'spike') {
    for (const key of ['SPIKE_FACTOR', 'SPIKE_START', 'SPIKE_DURATION', 'SPIKE_VUS']) {
      refuse(env, key, 'only profile spike has a spike, use --profile spike');
    }
  }
  if (openProfiles.some((open) => open === profile)) {
    refuse(env, 'LOADKIT_ITERATIONS', `profile ${profile} runs for a duration, use --profile load or leave it out`);
    refuse(
      env,
      'THINK_MAX',
      `in profile ${profile} the arrival rate sets the pace, use --profile load or leave it out`,
    );
  } else {
    refuse(env, 'LOADKIT_RATE', 'a closed profile has no arrival rate, use --profile open');
  }
}

function closedShape(env: Environment, { name }: ProfileDefaults, shape: ClosedShape): LoadShape {
  const thinkMax = fraction(env, 'THINK_MAX', shape.thinkMax, { min: 0, max: 3600 });
  return { scenarios: { [name]: closedScenario(env, shape) }, steps: [], open: false, thinkMax, crowd: null };
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

function steadyShape(
  env: Environment,
  { name }: ProfileDefaults,
  usual: { readonly rate: number; readonly duration: string },
): LoadShape {
  const rate = whole(env, 'LOADKIT_RATE', usual.rate, { min: 1, max: mostArrivals });
  const length = duration(env, 'LOADKIT_DURATION') ?? usual.duration;
  const scenario = arrivalScenario(env, { rate, duration: length, gracefulStop });
  const crowd = Math.ceil((rate * milliseconds(length)) / 1_000);
  return { scenarios: { [name]: scenario }, steps: [], open: true, thinkMax: 0, crowd };
}

function steppedShape(env: Environment, planned: Parameters<typeof inTurn>[0]): LoadShape {
  const steps = inTurn(planned);
  const scenarios = steps.map(({ name, rate, lengthMs, startMs, vus }) => {
    const times = { duration: `${lengthMs}ms`, startTime: `${startMs}ms`, gracefulStop };
    return [name, arrivalScenario(env, { rate, ...times }, vus)] as const;
  });
  const crowd = steps.reduce((total, { arrivals }) => total + arrivals, 0);
  return { scenarios: Object.fromEntries(scenarios), steps, open: true, thinkMax: 0, crowd };
}
