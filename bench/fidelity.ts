import { join } from 'node:path';
import { flushInterval } from '../cli/src/load/k6-environment.ts';
import type { LoadLine } from '../cli/src/record/series.ts';
import { type Histogram, histogramQuantile, mergeHistograms } from '../cli/src/stats/histogram.ts';
import { quantile } from '../cli/src/stats/quantile.ts';
import { readSamples } from '../cli/test/e2e/k6-samples.ts';
import { rate, runBenchLoad } from './bench-load.ts';
import { flushIntervals } from './flush-interval.ts';
import { timedK6 } from './k6-variant.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, type Extent, median } from './row.ts';

const name = 'fidelity';
const compares = '% off k6’s own samples';
/** Long enough for a second in which k6 was held up. */
const fullSeconds = 20;
/** Percent by which a second's count may be off. */
const mostOff = 2;
const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** What the exported series say, against every sample that the same k6 wrote to a file. */
export const fidelity: Bench = {
  name: 'fidelity',
  run: (extent) => withLoadStand(name, compares, (stand) => measure(stand, extent)),
};

async function measure(stand: LoadStand, extent: Extent): Promise<BenchRow[]> {
  const rounds = extent === 'full' ? 3 : 1;
  const rows: BenchRow[] = [];
  for (const interval of extent === 'full' ? flushIntervals : flushIntervals.slice(0, 1)) {
    const errors = [];
    for (let round = 0; round < rounds; round += 1) errors.push(await errorsOf(stand, interval, round, extent));
    const chosen = interval === flushInterval;
    const all = errors.flatMap(({ perSecond }) => perSecond);
    rows.push({
      name: `counts of a second, flush ${interval}`,
      compares,
      ratios: all,
      absolute: `in total ${errors.map(({ total }) => total).join(', ')} off; ${beyond(all)} of ${all.length} seconds by more than ${mostOff} %`,
      ...(chosen
        ? { reach: { goal: `≤ ${mostOff} %, total exact`, met: beyond(all) === 0 && errors.every(isExact) } }
        : {}),
    });
    if (!chosen) continue;
    for (const [label, limit] of [
      ['p50', 1.5],
      ['p95', 1.5],
      ['p99', 4],
    ] as const) {
      const whole = errors.map((each) => each.whole[label]);
      const seconds = errors.flatMap((each) => each.ofSeconds[label]);
      rows.push({
        name: `${label} of the whole run`,
        compares,
        ratios: whole,
        absolute: `of a single second ${median(seconds).toFixed(2)} %, at most ${Math.max(...seconds).toFixed(2)} %`,
        reach: { goal: `≤ ${limit} %`, met: Math.max(...whole) <= limit },
      });
    }
  }
  return rows;
}

type Label = keyof typeof quantiles;

interface Request {
  /** Epoch milliseconds at which it was over. */
  readonly t: number;
  readonly durationMs: number;
}

interface Errors {
  /** Requests that the series and the file do not have in common. */
  readonly total: number;
  /** Percent, one for each second. */
  readonly perSecond: readonly number[];
  readonly whole: Readonly<Record<Label, number>>;
  readonly ofSeconds: Readonly<Record<Label, readonly number[]>>;
}

function isExact({ total }: Errors): boolean {
  return total === 0;
}

function beyond(all: readonly number[]): number {
  return all.filter((off) => off > mostOff).length;
}

async function errorsOf(stand: LoadStand, interval: string, round: number, extent: Extent): Promise<Errors> {
  const file = join(stand.folder, `samples-${interval}-${round}.csv`);
  const env = {
    K6_OTEL_FLUSH_INTERVAL: interval,
    K6_CSV_TIME_FORMAT: 'unix_milli',
    K6_CSV_FILENAME: file,
    // At the end: writing a second's samples holds k6 up, often just when the second's export is due.
    K6_CSV_SAVE_INTERVAL: '10m',
  };
  const { k6 } = await timedK6(stand, { name: `csv-${interval}-${round}`, env, also: 'csv' });
  const lines: LoadLine[] = [];
  const pace = extent === 'full' ? { rate, seconds: fullSeconds, vus: 100 } : undefined;
  await runBenchLoad({
    ...stand,
    k6,
    names: 1,
    ...(pace === undefined ? {} : { pace }),
    onLine: (line) => line.kind === 'load' && lines.push(line),
  });
  const samples = readSamples(file)
    .filter(({ metric }) => metric === 'http_req_duration')
    .map(({ value, tags }) => ({ t: Number(tags.timestamp), durationMs: value }));
  const histograms = lines.map(durationsOf);
  const merged = mergeHistograms(histograms);
  const inWindow = lines.map(({ from, t }) => samples.filter((sample) => sample.t >= from && sample.t < t));
  // The first and the last export are no whole seconds.
  const inner = lines.map((_, n) => n).slice(1, -1);
  const off = (truth: readonly Request[], histogram: Histogram, label: Label) => {
    const exact =
      quantile(
        truth.map(({ durationMs }) => durationMs),
        quantiles[label],
      ) ?? Number.NaN;
    return percent(histogramQuantile(histogram, quantiles[label]) ?? Number.NaN, exact);
  };
  const each = <T>(of: (label: Label) => T) => ({ p50: of('p50'), p95: of('p95'), p99: of('p99') });
  return {
    total: Math.abs(merged.count - samples.length),
    perSecond: inner.map((n) => percent(histograms[n]?.count ?? 0, inWindow[n]?.length ?? 0)),
    whole: each((label) => off(samples, merged, label)),
    ofSeconds: each((label) => inner.map((n) => off(inWindow[n] ?? [], histograms[n] ?? merged, label))),
  };
}

/** The durations of all answers of one export. */
function durationsOf({ histograms }: LoadLine): Histogram {
  const keys = Object.keys(histograms).filter((key) => /^http_req_duration(\{|$)/.test(key));
  return mergeHistograms(keys.flatMap((key) => histograms[key] ?? []));
}

function percent(value: number, truth: number): number {
  return (Math.abs(value - truth) / truth) * 100;
}
