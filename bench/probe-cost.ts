import { addressOf, type HeldStack, withHeldStack } from './held-stack.ts';
import { loadkitRun } from './loadkit-command.ts';
import { type Bench, type BenchRow, type Extent, interleaved, median } from './row.ts';

const compares = 'stores watched / not watched';
const noise = 'not watched / not watched';

interface Load {
  readonly flags: readonly string[];
  /** `p95Ms` or requests a second. */
  readonly figure: 'p95Ms' | 'perSecond';
  readonly unit: string;
}

/** Below every limit, where a probe could make an answer late. */
const calm: Load = { flags: ['--profile', 'open', '--rate', '300'], figure: 'p95Ms', unit: 'ms p95 at 300 requests/s' };
/** At the limit, where a probe could take a share of the machine. */
const busy: Load = { flags: ['--vus', '20', '-e', 'THINK_MAX=0'], figure: 'perSecond', unit: 'requests/s of 20 users' };

/** What the probes of Redis, MySQL, Kafka and `/metrics` cost the service that they watch, beside the same without any. */
export const probeCost: Bench = {
  name: 'probes',
  run: (extent) =>
    withHeldStack(['--fixture', 'USERS=400000', '--fixture', 'COUPON_STOCK=50000000'], async (stack) => [
      ...(await measure(stack, 'p95 while probes read', calm, extent)),
      ...(await measure(stack, 'TPS while probes read', busy, extent)),
    ]),
};

async function measure(stack: HeldStack, name: string, load: Load, extent: Extent): Promise<BenchRow[]> {
  const pairs = extent === 'full' ? 6 : 2;
  const watched = () => figureOf(stack, load, true);
  const unwatched = () => figureOf(stack, load, false);
  await unwatched();
  const cost = await interleaved(pairs, watched, unwatched);
  const same = await interleaved(pairs, unwatched, unwatched);
  const absolute = (a: readonly number[], b: readonly number[]) =>
    `${median(a).toFixed(2)} / ${median(b).toFixed(2)} ${load.unit}`;
  const [least, most] = [Math.min(...same.ratios), Math.max(...same.ratios)];
  const middle = median(cost.ratios);
  return [
    {
      name,
      compares,
      ratios: cost.ratios,
      absolute: absolute(cost.a, cost.b),
      reach: { goal: 'median within the noise of the row below', met: middle >= least && middle <= most },
    },
    { name: `${name}, noise`, compares: noise, ratios: same.ratios, absolute: absolute(same.a, same.b) },
  ];
}

async function figureOf(stack: HeldStack, { flags, figure }: Load, watched: boolean): Promise<number> {
  const url = (name: string) => addressOf(stack, name);
  const stores = ['--redis-url', url('REDIS_URL'), '--mysql-url', url('MYSQL_URL')]
    .concat(['--kafka-brokers', url('KAFKA_BROKERS')])
    .concat(['--metrics-url', `api=${url('API_METRICS_URL')}`, '--metrics-url', `worker=${url('WORKER_METRICS_URL')}`]);
  const seed = String(Math.floor(performance.now()));
  const target = ['coupon', '--base-url', url('BASE_URL'), '--duration', '10s', '--no-warmup', '--seed', seed];
  const users = ['-e', 'USERS=400000'];
  const { report } = await loadkitRun([...target, ...users, ...flags, ...(watched ? stores : [])], stack.env);
  const [api] = report.apis;
  const value = figure === 'p95Ms' ? api?.expectedResponses?.p95Ms : api?.requestsPerSecond;
  if (value === undefined || value === null) throw new Error(`no ${figure}: ${report.errors[0]?.message ?? 'no load'}`);
  return value;
}
