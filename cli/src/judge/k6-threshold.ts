import { parseMetricKey, selects } from '../record/metric-key.ts';
import type { Load, ThresholdResult } from '../record/run-record.ts';
import { samplesNeeded } from './samples-needed.ts';

// k6 emits it only when an iteration is dropped: no sample means that none was.
const zeroWhenAbsent = new Set(['dropped_iterations']);

/**
 * k6's own results. k6 passes a threshold whose metric saw no sample, and a percentile of three values; here both are
 * `no-data`, because nothing was shown.
 */
export function k6ThresholdResults(load: Load): ThresholdResult[] {
  return load.thresholds.map(({ metric, expression, held }) => {
    const base = { source: 'k6' as const, metric, expression, level: 'fail' as const };
    const missing = (reason: string): ThresholdResult => ({
      ...base,
      outcome: 'no-data',
      observed: null,
      samples: null,
      reason,
    });
    if (held === null) return missing('no-result');
    const summary = summaryOf(load, metric);
    if (summary === null && !zeroWhenAbsent.has(parseMetricKey(metric).name)) return missing('no-sample');
    const samples = summary?.count ?? null;
    if (samples === 0 && !zeroWhenAbsent.has(parseMetricKey(metric).name) && isRequestCounter(metric)) {
      return missing('no-sample');
    }
    const percentile = Number(/p\(\s*([\d.]+)\s*\)/.exec(expression)?.[1] ?? 'NaN');
    if (Number.isFinite(percentile) && samples !== null && samples < samplesNeeded(percentile)) {
      return { ...missing('too-few-samples'), samples };
    }
    return {
      ...base,
      outcome: held ? 'held' : 'broken',
      observed: observedValue(expression, summary),
      samples,
      reason: null,
    };
  });
}

/** A counter of requests that is 0 belongs to a name that never occurred; a counter of errors that is 0 is good news. */
function isRequestCounter(metric: string): boolean {
  return ['http_reqs', 'iterations'].includes(parseMetricKey(metric).name);
}

type Summary = NonNullable<Load['summary']>[string];

/** k6 may order the tags of a sub-metric differently in the options and in the summary. */
function summaryOf({ summary }: Load, metric: string): Summary | null {
  if (summary === null) return null;
  const exact = summary[metric];
  if (exact !== undefined) return exact;
  const wanted = parseMetricKey(metric);
  const found = Object.entries(summary).find(([key]) => {
    const candidate = parseMetricKey(key);
    return selects(wanted, candidate) && selects(candidate, wanted);
  });
  return found?.[1] ?? null;
}

/** The figure that the expression speaks of, by k6's name of it in the summary. */
function observedValue(expression: string, summary: Summary | null): number | null {
  if (summary === null) return 0;
  const method = /^\s*([a-z]+(?:\(\s*[\d.]+\s*\))?)/.exec(expression)?.[1]?.replace(/\s/g, '');
  if (method === undefined) return null;
  return summary[method] ?? (method === 'rate' ? (summary.value ?? null) : null);
}
