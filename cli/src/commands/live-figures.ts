import { parseMetricKey } from '../record/metric-key.ts';
import type { Histogram, LoadLine, SampleLine, SeriesLine } from '../record/series.ts';
import { isOfService } from '../record/service-process.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';

/** What the live view shows of a load. Null: nothing has said so yet, or the last reading failed. */
export interface LiveFigures {
  /** Requests per second over the window. */
  readonly tps: number | null;
  /** 95th percentile of all responses in the window, in milliseconds. */
  readonly p95Ms: number | null;
  /** Requests since the load began. */
  readonly requests: number;
  /** Of them: neither a success nor a correct rejection. */
  readonly failed: number;
  /** Arrivals that k6 could not start, since the load began. */
  readonly dropped: number;
  readonly vus: number | null;
  /** Records that wait in Redis streams. */
  readonly redisLag: number | null;
  /** Records that wait in Kafka. */
  readonly kafkaLag: number | null;
  /** Processors in use. */
  readonly k6Cores: number | null;
  /** Processors in use by the service's processes together. */
  readonly serviceCores: number | null;
}

export interface LiveFold {
  add(line: SeriesLine): void;
  figures(): LiveFigures;
}

/** "The last seconds" of throughput and percentile: short enough to follow a change, long enough to be calm. */
const windowMs = 5_000;

const isServiceCpu = (name: string, process: string): boolean =>
  name === 'process_cpu_cores' && process !== 'loadkit' && isOfService(process);

/** Folds the lines of a series, as they come, into the figures of now. Keeps no more than the window. */
export function createLiveFold(): LiveFold {
  let window: LoadLine[] = [];
  const totals = { requests: 0, failed: 0, dropped: 0 };
  const vus = new Map<number, number>();
  const readings = new Map<string, Readonly<Record<string, number>>>();

  const addLoad = (line: LoadLine): void => {
    window = [...window.filter(({ t }) => t > line.t - windowMs), line];
    for (const [key, count] of Object.entries(line.counters)) {
      const { name, tags } = parseMetricKey(key);
      if (name === 'http_reqs') {
        totals.requests += count;
        if (tags.expected_response === 'false') totals.failed += count;
      }
      if (name === 'dropped_iterations') totals.dropped += count;
    }
    const active = sumOf(line.gauges, (name) => name === 'vus');
    if (active !== null) vus.set(line.instance, active);
  };

  const addSample = (line: SampleLine): void => {
    readings.set(line.probe, line.values ?? {});
  };

  const reading = (picks: (name: string, tags: Readonly<Record<string, string>>) => boolean): number | null =>
    total([...readings.values()].map((values) => sumOf(values, picks)));

  return {
    add: (line) => {
      if (line.kind === 'load') addLoad(line);
      if (line.kind === 'sample') addSample(line);
    },
    figures: () => ({
      tps: requestRate(window),
      p95Ms: histogramQuantile(mergeHistograms(window.flatMap(responseTimes)), 0.95),
      ...totals,
      vus: total([...vus.values()]),
      redisLag: reading((name) => name === 'redis_stream_lag'),
      kafkaLag: reading((name) => name === 'kafka_consumer_lag'),
      k6Cores: reading((name, tags) => name === 'process_cpu_cores' && tags.process === 'k6'),
      serviceCores: reading((name, tags) => isServiceCpu(name, tags.process ?? '')),
    }),
  };
}

/** Each k6 process exports on a beat of its own: rates are taken per process, then added. */
function requestRate(window: readonly LoadLine[]): number | null {
  const instances = new Set(window.map(({ instance }) => instance));
  return total(
    [...instances].map((instance) => {
      const lines = window.filter((line) => line.instance === instance);
      const seconds = lines.reduce((sum, { from, t }) => sum + (t - from), 0) / 1000;
      const requests = total(lines.map(({ counters }) => sumOf(counters, (name) => name === 'http_reqs'))) ?? 0;
      return seconds > 0 ? requests / seconds : null;
    }),
  );
}

function responseTimes(line: LoadLine): Histogram[] {
  return Object.entries(line.histograms).flatMap(([key, histogram]) =>
    parseMetricKey(key).name === 'http_req_duration' ? [histogram] : [],
  );
}

function sumOf(
  values: Readonly<Record<string, number>>,
  picks: (name: string, tags: Readonly<Record<string, string>>) => boolean,
): number | null {
  return total(
    Object.entries(values).map(([key, value]) => {
      const { name, tags } = parseMetricKey(key);
      return picks(name, tags) ? value : null;
    }),
  );
}

/** Sum of what is known; null when nothing is. */
function total(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
