import { flushInterval } from '../cli/src/load/k6-environment.ts';
import { rate, runBenchLoad } from './bench-load.ts';
import { flushIntervals } from './flush-interval.ts';
import { timedK6 } from './k6-variant.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, type Extent, interleaved, median, type Pairs } from './row.ts';

const name = 'k6 CPU per request';
const compares = 'loadkit collecting / same flags, no output';

/** What collecting costs k6 itself, with its start: a share of the CPU that the load could have had. */
export const k6Cost: Bench = {
  name: 'k6',
  run: (extent) => withLoadStand(name, compares, (stand) => measure(stand, extent)),
};

async function measure(stand: LoadStand, extent: Extent): Promise<BenchRow[]> {
  const pairs = extent === 'full' ? 7 : 4;
  const bare = await timedK6(stand, { name: 'bare', bare: true });
  const cost = (k6: typeof bare) => () => cpuPerRequest(stand, k6);
  await cost(bare)();
  const rows: BenchRow[] = [];
  for (const interval of extent === 'full' ? flushIntervals : flushIntervals.slice(0, 2)) {
    const env = { K6_OTEL_FLUSH_INTERVAL: interval };
    const collecting = await timedK6(stand, { name: `collecting-${interval}`, env });
    const found = await interleaved(pairs, cost(collecting), cost(bare));
    const chosen = interval === flushInterval;
    const met = median(found.ratios) <= 1.04;
    rows.push({
      name: `${name}, flush ${interval}`,
      compares,
      ratios: found.ratios,
      absolute: micros(found),
      ...(chosen ? { reach: { goal: '≤ 1.04', met } } : {}),
    });
  }
  return rows;
}

async function cpuPerRequest(stand: LoadStand, timed: Awaited<ReturnType<typeof timedK6>>): Promise<number> {
  const { reconciliation } = await runBenchLoad({ ...stand, k6: timed.k6, names: 1 });
  const { seriesRequests, summaryRequests } = reconciliation;
  const isBare = seriesRequests === 0;
  // An output that lost something would look cheap.
  if (summaryRequests === null || (!isBare && seriesRequests !== summaryRequests)) {
    throw new Error(`k6 made ${summaryRequests} requests, ${seriesRequests} were collected`);
  }
  return (await timed.cpuSeconds()) / summaryRequests;
}

function micros({ a, b }: Pairs): string {
  const of = (values: readonly number[]) => (median(values) * 1e6).toFixed(0);
  return `${of(a)} / ${of(b)} µs at ${rate.toLocaleString('en')} requests/s`;
}
