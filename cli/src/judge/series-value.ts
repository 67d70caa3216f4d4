import type { Metric } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Folded } from '../stats/series-fold.ts';
import type { Range, TrendFold } from '../stats/trend-fold.ts';
import type { K6Method } from './k6-expression.ts';

/** A figure as the series allows it to be known, or why it cannot be. */
export type SeriesValue =
  | {
      /** Both ends the same: exact. */
      readonly range: Range;
      /** The best guess within it; null where one is as good as the other. */
      readonly value: number | null;
      /** Of a trend or a rate; what a counter or a gauge holds is no number of samples. */
      readonly samples: number | null;
    }
  | { readonly missing: 'no-sample' | 'method' | 'folded' | 'not-finite' | 'no-duration' };

/** k6 prints how long its test lasted to a tenth of a second. */
const printedToMs = 100;

/** What k6 made itself is always a finite number. */
const ofK6 = /^(http_req|iteration|dropped_iterations|data_|vus|checks$|group_duration$|ws_|grpc_|browser_)/;

export interface SeriesMetric {
  readonly selector: Metric;
  readonly folded: Folded;
  /** Some of the metric's samples came without any tag, because k6 had more tag sets than it keeps apart. */
  readonly hasUntagged: boolean;
}

/** What k6's method says of a metric, from all that the series holds of it. */
export function seriesValue(
  { selector, folded, hasUntagged }: SeriesMetric,
  method: K6Method,
  load: Pick<Load, 'folded' | 'notFinite' | 'testMs'>,
): SeriesValue {
  if (isHidden(selector, folded, load.folded, hasUntagged)) return { missing: 'folded' };
  if (load.notFinite > 0 && !ofK6.test(selector.name)) return { missing: 'not-finite' };
  switch (folded.kind) {
    case 'trend':
      return ofTrend(folded.trend, method);
    case 'rate':
      return method === 'rate' ? exact(folded.nonzero / folded.samples, folded.samples) : { missing: 'method' };
    case 'counter':
      return ofCounter(folded.total, method, load.testMs);
    case 'gauge':
      return method === 'value' ? ofGauge(folded.last) : { missing: 'method' };
    case 'nothing':
      // Of the methods that k6 takes, only a Counter has this one; one that nobody raised stands at 0.
      return method === 'count' ? exact(0, null) : { missing: 'no-sample' };
  }
}

/** True where samples that the selector asks for may stand under other tags. */
function isHidden({ tags }: Metric, { kind }: Folded, folded: Load['folded'], hasUntagged: boolean): boolean {
  const asked = Object.keys(tags);
  if (asked.length === 0) return false;
  if (hasUntagged || asked.some((tag) => folded?.tags.includes(tag))) return true;
  const namesAreFolded = (folded?.names ?? 0) > 0;
  return namesAreFolded && (tags.url !== undefined || (tags.name !== undefined && kind === 'nothing'));
}

function ofTrend(trend: TrendFold, method: K6Method): SeriesValue {
  const { count, sum, min, max } = trend;
  if (typeof method === 'object') return ofPercentile(trend, method.percentile / 100);
  switch (method) {
    case 'avg':
      return exact(sum / count, count);
    case 'min':
      return exact(min, count);
    case 'max':
      return exact(max, count);
    case 'med':
      return ofPercentile(trend, 0.5);
    default:
      return { missing: 'method' };
  }
}

function ofPercentile(trend: TrendFold, q: number): SeriesValue {
  return { range: trend.range(q), value: trend.quantile(q), samples: trend.count };
}

function ofCounter(total: number, method: K6Method, testMs: number | null): SeriesValue {
  if (method === 'count') return exact(total, null);
  if (method !== 'rate') return { missing: 'method' };
  if (testMs === null || testMs <= printedToMs) return { missing: 'no-duration' };
  const perSecond = (ms: number) => (total * 1_000) / ms;
  const range = { least: perSecond(testMs + printedToMs), most: perSecond(testMs - printedToMs) };
  return { range, value: perSecond(testMs), samples: null };
}

function ofGauge(last: Range): SeriesValue {
  return { range: last, value: last.least === last.most ? last.least : null, samples: null };
}

function exact(value: number, samples: number | null): SeriesValue {
  return { range: { least: value, most: value }, value, samples };
}
