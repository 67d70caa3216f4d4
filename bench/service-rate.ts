import { type LoadkitRun, loadkitRun } from './loadkit-command.ts';
import { reference } from './reference-report.ts';
import { type Bench, type BenchRow, type Extent, notRun } from './row.ts';

interface Path {
  readonly scenario: 'coupon' | 'order';
  /** What is to be reached, in TPS. */
  readonly goal: number;
  /** Tried after it, one after the other, until one does not hold. */
  readonly higher: readonly number[];
  /** Tried where it does not hold, one after the other, until one does. */
  readonly lower: readonly number[];
}

const coupon: Path = {
  scenario: 'coupon',
  goal: 2_400,
  higher: [3_000, 3_600, 4_200, 5_000],
  lower: [2_000, 1_500, 1_000],
};
const order: Path = {
  scenario: 'order',
  goal: 500,
  higher: [700, 850, 1_000, 1_200],
  lower: [400, 300, 200],
};

/** The highest arrival rate at which a path holds the reference report's p95, k6 and the stores on the same cores. */
export const serviceRate: Bench = {
  name: 'rate',
  run: async (extent) => {
    const mysqld = process.env.LOADKIT_BENCH_MYSQLD;
    const rows = [await measure(coupon, 'MariaDB', {}, extent), await measure(order, 'MariaDB', {}, extent)];
    if (mysqld === undefined) {
      return [...rows, notRun('order under k6, MySQL', compares(order), 'LOADKIT_BENCH_MYSQLD names no mysqld')];
    }
    const env = { LOADKIT_MYSQLD: mysqld };
    return [...rows, await measure(order, 'MySQL', env, extent)];
  },
};

interface Tried {
  readonly rate: number;
  readonly run: LoadkitRun;
}

async function measure(path: Path, store: string, env: NodeJS.ProcessEnv, extent: Extent): Promise<BenchRow> {
  const duration = extent === 'full' ? '60s' : '10s';
  const load = async (rate: number): Promise<Tried> => ({
    rate,
    run: await loadkitRun(flags(path, rate, duration), env),
  });
  const { goal, higher, lower } = path;
  let highest = await load(goal);
  let above = 'none higher was tried';
  if (!holds(highest, path)) {
    for (const rate of lower) {
      above = `${highest.rate}/s did not hold: ${saidOf(highest)}`;
      highest = await load(rate);
      if (holds(highest, path)) break;
    }
  } else {
    for (const rate of higher) {
      const tried = await load(rate);
      if (!holds(tried, path)) {
        above = `${rate}/s did not hold: ${saidOf(tried)}`;
        break;
      }
      highest = tried;
    }
  }
  const tries = [highest];
  while (tries.length < (extent === 'full' ? 3 : 1)) tries.push(await load(highest.rate));
  const held = tries.filter((tried) => holds(tried, path)).length;
  return {
    name: `${path.scenario} under k6, ${store}`,
    compares: compares(path),
    ratios: tries.map(({ run }) => rateOf(run) / reference[path.scenario].rate),
    absolute: `${highest.rate}/s offered, held ${held} of ${tries.length}: ${tries.map(saidOf).join(' · ')}; ${above}`,
    reach: {
      goal: `≥ ${goal.toLocaleString('en')} TPS, p95 ≤ ${reference[path.scenario].p95Ms} ms`,
      met: highest.rate >= goal && held * 2 > tries.length,
    },
  };
}

/** As many users and pieces as a run can ask for: an early sell-out would measure refusals. */
function flags({ scenario }: Path, rate: number, duration: string): string[] {
  const load = [scenario, '--profile', 'open', '--rate', String(rate), '--duration', duration, '--stack', 'local'];
  const crowd = ['--fixture', 'USERS=400000', '-e', 'USERS=400000'];
  return [...load, ...crowd, '--fixture', 'COUPON_STOCK=400000', '--fixture', 'PRODUCT_STOCK=1000000'];
}

function compares({ scenario }: Path): string {
  return `TPS / ${reference[scenario].rate} of the reference report`;
}

/** Passed, with all invariants and gates, and its p95 is not above the reference's. */
function holds({ run }: Tried, { scenario }: Path): boolean {
  return run.exitCode === 0 && p95Of(run) <= reference[scenario].p95Ms;
}

function rateOf({ report }: LoadkitRun): number {
  return report.apis[0]?.requestsPerSecond ?? Number.NaN;
}

function p95Of({ report }: LoadkitRun): number {
  return report.apis[0]?.expectedResponses?.p95Ms ?? Number.POSITIVE_INFINITY;
}

/** `PASS 2412 TPS, p95 4.1 ms, drained in 0.6 s, limit generator (medium)`. */
function saidOf({ run }: Tried): string {
  const { verdict, drain, findings } = run.report;
  const limit = findings.find(({ id }) => id === 'bottleneck');
  const drained = drain?.drained === true ? `drained in ${(drain.tookMs / 1_000).toFixed(1)} s` : 'not drained';
  const reasons = verdict?.reasons.map(({ id }) => id).join(', ') ?? '';
  const name = `${verdict?.name ?? 'no verdict'}${reasons === '' ? '' : ` (${reasons})`}`;
  const named = `limit ${limit?.detail.rule ?? 'unknown'} (${limit?.confidence ?? 'no confidence'})`;
  return `${name} ${rateOf(run).toFixed(0)} TPS, p95 ${p95Of(run).toFixed(1)} ms, ${drained}, ${named}`;
}
