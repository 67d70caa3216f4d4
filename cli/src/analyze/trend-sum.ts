import { isOf } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';

/** All samples of one of k6's trends added up, exactly; in the trend's unit. */
export interface TrendSum {
  readonly sum: number;
  readonly count: number;
}

/** From k6's summary, else from the histograms, which keep their sum. Null when there is no sample. */
export function trendSum(load: Load, series: Series, name: string): TrendSum | null {
  const { avg, count } = load.summary?.[name] ?? {};
  if (avg !== undefined && count !== undefined && Number.isFinite(avg * count)) {
    return count === 0 ? null : { sum: avg * count, count };
  }
  const total = { sum: 0, count: 0 };
  for (const [key, histogram] of histogramsOf(series, name)) {
    if (!Number.isFinite(histogram.sum)) throw new Error(`${key}: its sum is no number`);
    total.sum += histogram.sum;
    total.count += histogram.count;
  }
  return total.count === 0 ? null : total;
}

/** Samples that were not zero: of `http_req_connecting` the requests that had to open a connection. Null for no sample. */
export function nonZeroCount(series: Series, name: string): number | null {
  let [all, zero] = [0, 0];
  for (const [, { count, zeroCount }] of histogramsOf(series, name)) {
    all += count;
    zero += zeroCount;
  }
  return all === 0 ? null : all - zero;
}

function histogramsOf({ load }: Series, name: string) {
  return load.flatMap(({ histograms }) => Object.entries(histograms).filter(([key]) => isOf(key, name)));
}
