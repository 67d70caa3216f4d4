import { Redis } from 'ioredis';
import { settledCoupons } from './coupon-rows.ts';
import { addressOf, type HeldStack, withHeldStack } from './held-stack.ts';
import { reference } from './reference-report.ts';
import { type Bench, type BenchRow, type Extent, interleaved, median, notRun } from './row.ts';
import { withTarget } from './target-process.ts';
import { hasWrk, type WrkResult, wrk } from './wrk.ts';

const name = 'coupon under wrk';
const { coupon } = reference;
const compares = `requests/s / ${coupon.rate} of the reference report`;
const stock = 50_000_000;

/** How fast the coupon path is when k6 is not the limit, and what of a bare HTTP server's speed is left. */
export const httpCeiling: Bench = {
  name: 'ceiling',
  run: async (extent) => {
    if (!(await hasWrk())) return [notRun(name, compares, 'needs wrk on the PATH')];
    return withHeldStack(['--fixture', 'USERS=1000', '--fixture', `COUPON_STOCK=${stock}`], (stack) =>
      withTarget((echoUrl) => measure(stack, echoUrl, extent)),
    );
  },
};

async function measure(stack: HeldStack, echoUrl: string, extent: Extent): Promise<BenchRow[]> {
  const seconds = extent === 'full' ? 10 : 4;
  const pairs = extent === 'full' ? 5 : 2;
  let acknowledged = 0;
  let firstUser = 1;
  const drains: number[] = [];
  const coupons = async (connections: number): Promise<WrkResult> => {
    const result = await wrk({ baseUrl: addressOf(stack, 'BASE_URL'), connections, seconds, firstUser });
    if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} coupons were not given`);
    firstUser += result.requests + connections;
    acknowledged += result.requests;
    drains.push(await settledCoupons(stack, acknowledged));
    return result;
  };
  const echo = (connections: number) => wrk({ baseUrl: echoUrl, connections, seconds, firstUser: 1 });

  await coupons(8);
  const best = await widest(coupons);
  const bestOfEcho = await widest(echo);
  const held: WrkResult[] = [];
  const kept = async () => {
    const result = await coupons(best);
    held.push(result);
    return result.perSecond;
  };
  const echoed = async () => (await echo(bestOfEcho)).perSecond;
  const durable = await interleaved(pairs, kept, echoed);
  await withoutPersistence(stack);
  const volatile = await interleaved(pairs, async () => (await coupons(best)).perSecond, echoed);

  const rate = median(durable.a);
  const p95s = held.map(({ p95Ms }) => p95Ms);
  const p95 = `p95 ${median(p95s).toFixed(2)} [${Math.min(...p95s).toFixed(2)}–${Math.max(...p95s).toFixed(2)}] ms`;
  const drained = `in the database ${(Math.max(...drains) / 1_000).toFixed(1)} s later at most`;
  const against = (pair: typeof durable) => `${median(pair.a).toFixed(0)} / ${median(pair.b).toFixed(0)} requests/s`;
  return [
    {
      name,
      compares,
      ratios: durable.a.map((perSecond) => perSecond / coupon.rate),
      absolute: `${rate.toFixed(0)} coupons/s over ${best} connections, ${p95}, ${drained}`,
      reach: { goal: `p95 ≤ ${coupon.p95Ms} ms; ≥ 10,000/s`, met: rate >= 10_000 && median(p95s) <= coupon.p95Ms },
    },
    {
      name: 'coupon, of a bare HTTP server',
      compares: 'coupon / echo of node:http',
      ratios: durable.ratios,
      absolute: `${against(durable)}, ${best} and ${bestOfEcho} connections`,
      reach: { goal: '≥ 0.35', met: median(durable.ratios) >= 0.35 },
    },
    {
      name: 'the same, Redis not persistent',
      compares: 'coupon / echo of node:http',
      ratios: volatile.ratios,
      absolute: against(volatile),
      reach: { goal: '≥ 0.51', met: median(volatile.ratios) >= 0.51 },
    },
  ];
}

/** The number of connections with the highest rate whose p95 is not above the reference report's. */
async function widest(load: (connections: number) => Promise<WrkResult>): Promise<number> {
  let best = { connections: 8, perSecond: 0 };
  for (const connections of [8, 16, 32, 64, 96]) {
    const { perSecond, p95Ms } = await load(connections);
    if (p95Ms <= coupon.p95Ms && perSecond > best.perSecond) best = { connections, perSecond };
  }
  return best.connections;
}

async function withoutPersistence(stack: HeldStack): Promise<void> {
  const redis = new Redis(addressOf(stack, 'REDIS_URL'));
  try {
    await redis.config('SET', 'appendonly', 'no');
  } finally {
    redis.disconnect();
  }
}
