import { histogramQuantile } from '../stats/histogram.ts';
import type { ReportedRun } from './api-figures.ts';
import { trendTotal } from './series-total.ts';
import { summaryOf } from './summary-metric.ts';

/** Milliseconds; null: not measured. */
export interface IterationTime {
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  /** `p95Ms` is from the histograms, within 1.5 %. */
  readonly approximate: boolean;
}

/** k6's own figures, or those of the histograms where a script wants others in its summary. */
export function iterationTime({ record, series }: ReportedRun): IterationTime {
  const { 'p(95)': p95, max } = summaryOf(record, 'iteration_duration') ?? {};
  const total = trendTotal(series, 'iteration_duration');
  const hasNone = total.count === 0;
  return {
    p95Ms: p95 ?? (hasNone ? null : histogramQuantile(total, 0.95)),
    maxMs: max ?? (hasNone ? null : total.max),
    approximate: p95 === undefined && !hasNone,
  };
}
