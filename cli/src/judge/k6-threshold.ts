import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { Load, ThresholdResult } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { bornByCountingIn } from './born-by-counting.ts';
import { samplesNeeded } from './samples-needed.ts';

type K6Threshold = Load['thresholds'][number];
type Summary = NonNullable<Load['summary']>[string];

// A count of 0 under these belongs to a name that never occurred; 0 in any other counter is what it counted.
export const countsRequests: readonly string[] = ['http_reqs', 'iterations'];

/**
 * k6's own results. k6 passes a threshold whose metric saw no sample, and a percentile of three values; here both are
 * `no-data`, because nothing was shown. `asK6Says` keeps k6's result, and only notes what it lacks.
 */
export function k6ThresholdResults(
  load: Load,
  series: Pick<Series, 'load'> = { load: [] },
  { asK6Says }: { readonly asK6Says: boolean } = { asK6Says: false },
): ThresholdResult[] {
  return load.thresholds.map((threshold) => {
    const result = resultOf(threshold, load, series);
    if (!asK6Says || result.outcome !== 'no-data' || threshold.held === null) return result;
    return { ...result, outcome: threshold.held ? 'held' : 'broken', observed: observedIn(load, threshold) };
  });
}

function resultOf(threshold: K6Threshold, load: Load, series: Pick<Series, 'load'>): ThresholdResult {
  const { metric, expression, held } = threshold;
  const summary = summaryOf(load, metric);
  const base = { source: 'k6' as const, metric, expression, level: 'fail' as const };
  const missing = (reason: string, samples: number | null): ThresholdResult => {
    return { ...base, outcome: 'no-data', observed: null, samples, reason };
  };
  if (held === null) return missing('no-result', null);
  const { name } = parseMetricKey(metric);
  // A script may take a metric out of its summary; the series tells whether it had samples.
  const samples = samplesOf(summary) ?? trendSamples(series, metric);
  if (summary === null && bornByCountingIn(name) !== 'k6' && samples === null) return missing('no-sample', null);
  if (held && countsRequests.includes(name) && summary?.count === 0) return missing('no-sample', 0);

  const percentile = Number(/^p\((.+)\)$/.exec(methodOf(expression))?.[1] ?? 'NaN');
  if (samples !== null && samples < samplesNeeded(percentile)) return missing('too-few-samples', samples);
  return { ...base, outcome: held ? 'held' : 'broken', observed: observedIn(load, threshold), samples, reason: null };
}

function observedIn(load: Load, { metric, expression }: K6Threshold): number | null {
  const summary = summaryOf(load, metric);
  const method = methodOf(expression);
  if (summary !== null) return (Object.hasOwn(summary, method) ? summary[method] : null) ?? null;
  return bornByCountingIn(parseMetricKey(metric).name) === 'k6' ? 0 : null;
}

/** Of a trend whose summary has no `count`, because its script chose other figures. */
function trendSamples(series: Pick<Series, 'load'>, metric: string): number | null {
  const wanted = parseMetricKey(metric);
  // A long run has the same few keys in every second.
  const known = new Map<string, boolean>();
  let samples = 0;
  for (const { histograms } of series.load) {
    for (const [key, { count }] of Object.entries(histograms)) {
      const isWanted = known.get(key) ?? selects(wanted, parseMetricKey(key));
      known.set(key, isWanted);
      if (isWanted) samples += count;
    }
  }
  return samples === 0 ? null : samples;
}

/** k6 may order the tags of a sub-metric differently in the options and in the summary. */
function summaryOf({ summary }: Load, metric: string): Summary | null {
  if (summary === null) return null;
  const wanted = parseMetricKey(metric);
  const found = Object.entries(summary).find(([key]) => equal(wanted, parseMetricKey(key)));
  return (Object.hasOwn(summary, metric) ? summary[metric] : found?.[1]) ?? null;
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
