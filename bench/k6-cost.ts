import { rate, runBenchLoad } from './bench-load.ts';
import { timedK6 } from './k6-variant.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, interleaved, median, type Pairs } from './row.ts';

const pairs = 4;
const name = 'k6 CPU per request';
const compares = 'loadkit collecting / same flags, no output';

/** What collecting costs k6 itself, with its start: a share of the CPU that the load could have had. */
export const k6Cost: Bench = { name: 'k6', run: () => withLoadStand(name, compares, measure) };

async function measure(stand: LoadStand): Promise<BenchRow[]> {
  const collecting = await timedK6(stand, { name: 'collecting' });
  const bare = await timedK6(stand, { name: 'bare', bare: true });
  const eager = await timedK6(stand, { name: 'eager', env: { K6_OTEL_FLUSH_INTERVAL: '10ms' } });

  const cost = (k6: typeof collecting) => () => cpuPerRequest(stand, k6);
  await cost(bare)();
  const collected = await interleaved(pairs, cost(collecting), cost(bare));
  const flushed = await interleaved(pairs, cost(eager), cost(collecting));
  return [
    { name, compares, ratios: collected.ratios, absolute: micros(collected) },
    {
      name: 'k6 CPU, flush interval',
      compares: '10 ms / 50 ms as chosen',
      ratios: flushed.ratios,
      absolute: micros(flushed),
    },
  ];
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
