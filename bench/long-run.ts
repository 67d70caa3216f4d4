import { readFile } from 'node:fs/promises';
import { parseMetricKey } from '../cli/src/record/metric-key.ts';
import type { LoadLine } from '../cli/src/record/series.ts';
import { theilSen } from '../cli/src/stats/theil-sen.ts';
import { runBenchLoad } from './bench-load.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, interleaved, median, notRun } from './row.ts';

const name = 'k6 memory growth';
const compares = '--no-k6-summary / with its summary';
const usualRate = 3_000;
/** Of a soak: what its k6 keeps grows with the requests, not with their rate, and the machine stays usable meanwhile. */
const soakRate = 1_000;
const vus = 64;
const usualSeconds = 60;
const usualPairs = 2;
/** k6 makes its users and opens its connections first; that is no growth with requests. */
const settlingSeconds = 10;
/** Minutes of each of the two runs, in place of some short pairs: does it stay as it was for as long as a soak? */
const setting = 'LOADKIT_BENCH_LONG_RUN_MINUTES';

/** Resident memory of k6 by the requests that it has made, with and without samples that it keeps. */
export const longRun: Bench = { name: 'long-run', run: () => withLoadStand(name, compares, measure) };

interface Pace {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly vus: number;
}

interface Look {
  readonly requests: number;
  readonly k6Bytes: number;
  readonly ownBytes: number;
}

async function measure(stand: LoadStand): Promise<BenchRow[]> {
  if ((await residentBytes(process.pid)) === null) return [notRun(name, compares, 'no /proc to read memory from')];
  const minutes = Number(process.env[setting] ?? '');
  const isLong = minutes > 0;
  const seconds = isLong ? Math.round(minutes * 60) : usualSeconds;
  const rate = isLong ? soakRate : usualRate;
  const [without, withSummary]: [Look[][], Look[][]] = [[], []];
  const growth = (withoutSummary: boolean, all: Look[][]) => async () => {
    const looks = await lookAt(stand, { rate, seconds, vus }, withoutSummary);
    all.push(looks);
    return growthOf(looks, ({ k6Bytes }) => k6Bytes);
  };
  const pairs = await interleaved(isLong ? 1 : usualPairs, growth(true, without), growth(false, withSummary));
  const requests = median(without.map((looks) => looks.at(-1)?.requests ?? 0));
  const span = `${seconds} s at ${rate.toLocaleString('en')}/s, ${Math.round(requests).toLocaleString('en')} requests`;
  const ends = [...without.keys()].map((pair) => last(without[pair]).k6Bytes / last(withSummary[pair]).k6Bytes);
  return [
    {
      name,
      compares,
      ratios: pairs.ratios,
      absolute: `${mebibytes(pairs.a)} / ${mebibytes(pairs.b)} MiB per million requests (${span})`,
    },
    { name: 'k6 memory at the end', compares, ratios: ends, absolute: `${range(without)} / ${range(withSummary)}` },
    {
      name: 'loadkit collecting',
      compares: 'its memory at the end / when k6 had settled',
      ratios: without.map((looks) => last(looks).ownBytes / (looks[0]?.ownBytes ?? Number.NaN)),
      absolute: `${mebibytes(without.map((looks) => last(looks).ownBytes))} MiB at the end`,
    },
  ];
}

/** One look a second while the load lasts, from the time when k6 has settled. */
async function lookAt(stand: LoadStand, pace: Pace, withoutSummary: boolean): Promise<Look[]> {
  const looks: Look[] = [];
  let requests = 0;
  let exports = 0;
  let pid = 0;
  const pending: Array<Promise<void>> = [];
  const look = async (): Promise<void> => {
    const at = requests;
    const k6Bytes = await residentBytes(pid);
    if (k6Bytes !== null) looks.push({ requests: at, k6Bytes, ownBytes: process.memoryUsage.rss() });
  };
  await runBenchLoad({
    ...stand,
    names: 4,
    withoutSummary,
    pace,
    onStarted: (started) => {
      pid = started;
    },
    onLine: (line) => {
      requests += requestsIn(line);
      exports += 1;
      if (exports > settlingSeconds && exports <= pace.seconds) pending.push(look());
    },
  });
  await Promise.all(pending);
  if (looks.length < 3) throw new Error(`only ${looks.length} readings of k6's memory`);
  return looks;
}

function requestsIn({ counters }: LoadLine): number {
  return Object.entries(counters).reduce(
    (sum, [key, value]) => sum + (parseMetricKey(key).name === 'http_reqs' ? value : 0),
    0,
  );
}

/** Bytes per million requests by the median of all slopes, which k6's garbage collector cannot turn. */
function growthOf(looks: readonly Look[], pick: (look: Look) => number): number {
  // Its slope is per thousand of what it takes for milliseconds.
  const trend = theilSen(looks.map((look) => ({ t: look.requests, value: pick(look) })));
  return (trend?.slope ?? Number.NaN) * 1_000;
}

/** Null where the process is gone or the system has no such file. */
async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
}

function last(looks: readonly Look[] | undefined): Look {
  return looks?.at(-1) ?? { requests: Number.NaN, k6Bytes: Number.NaN, ownBytes: Number.NaN };
}

function mebibytes(bytes: readonly number[]): string {
  return (median(bytes) / 2 ** 20).toFixed(0);
}

function range(all: readonly Look[][]): string {
  const [first, end] = [all.map((looks) => looks[0]?.k6Bytes ?? Number.NaN), all.map((looks) => last(looks).k6Bytes)];
  return `${mebibytes(first)} → ${mebibytes(end)} MiB`;
}
