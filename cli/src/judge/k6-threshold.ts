import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { Load, ThresholdResult } from '../record/run-record.ts';
import { bornByCountingIn } from './born-by-counting.ts';
import { samplesNeeded } from './samples-needed.ts';

type K6Threshold = Load['thresholds'][number];
type Summary = NonNullable<Load['summary']>[string];

// A count of 0 under these belongs to a name that never occurred; 0 in any other counter is what it counted.
const countsRequests = ['http_reqs', 'iterations'];

/**
 * k6's own results. k6 passes a threshold whose metric saw no sample, and a percentile of three values; here both are
 * `no-data`, because nothing was shown.
 */
export function k6ThresholdResults(load: Load): ThresholdResult[] {
  return load.thresholds.map((threshold) => result(threshold, summaryOf(load, threshold.metric)));
}

function result({ metric, expression, held }: K6Threshold, summary: Summary | null): ThresholdResult {
  const base = { source: 'k6' as const, metric, expression, level: 'fail' as const };
  const missing = (reason: string, samples: number | null): ThresholdResult => {
    return { ...base, outcome: 'no-data', observed: null, samples, reason };
  };
  if (held === null) return missing('no-result', null);
  const { name } = parseMetricKey(metric);
  if (summary === null && bornByCountingIn(name) !== 'k6') return missing('no-sample', null);
  if (held && countsRequests.includes(name) && summary?.count === 0) return missing('no-sample', 0);

  const samples = samplesOf(summary);
  const method = methodOf(expression);
  const percentile = Number(/^p\((.+)\)$/.exec(method)?.[1] ?? 'NaN');
  if (samples !== null && samples < samplesNeeded(percentile)) return missing('too-few-samples', samples);
  const observed = summary === null ? 0 : (summary[method] ?? null);
  return { ...base, outcome: held ? 'held' : 'broken', observed, samples, reason: null };
}

/** k6 may order the tags of a sub-metric differently in the options and in the summary. */
function summaryOf({ summary }: Load, metric: string): Summary | null {
  if (summary === null) return null;
  const wanted = parseMetricKey(metric);
  const found = Object.entries(summary).find(([key]) => equal(wanted, parseMetricKey(key)));
  return summary[metric] ?? found?.[1] ?? null;
}

function equal(a: Metric, b: Metric): boolean {
  return selects(a, b) && selects(b, a);
}

/** Samples behind the figures of a trend or a rate; what a counter or a gauge holds is no number of samples. */
function samplesOf(summary: Summary | null): number | null {
  if (summary === null) return null;
  const { avg, count, passes, fails } = summary;
  if (avg !== undefined) return count ?? null;
  return passes !== undefined && fails !== undefined ? passes + fails : null;
}

/** The figure that an expression speaks of, by k6's name of it in the summary: `rate`, `p(99.9)`. */
function methodOf(expression: string): string {
  const [, method, percentile] = /^\s*([a-z]+)(?:\(\s*([\d.]+)\s*\))?/.exec(expression) ?? [];
  return percentile === undefined ? (method ?? '') : `p(${Number(percentile)})`;
}
