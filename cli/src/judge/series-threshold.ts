import { parseK6Selector } from '../record/k6-selector.ts';
import { selects } from '../record/metric-key.ts';
import type { Load, ThresholdResult } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { createSeriesFold, type Folded } from '../stats/series-fold.ts';
import { bornByCountingIn } from './born-by-counting.ts';
import { satisfies } from './gate-expression.ts';
import { holdsIn, type K6Expression, parseK6Expression } from './k6-expression.ts';
import { countsRequests } from './k6-threshold.ts';
import { samplesNeeded } from './samples-needed.ts';
import { type SeriesMetric, type SeriesValue, seriesValue } from './series-value.ts';

type K6Threshold = Load['thresholds'][number];

/** The tag of what goes beyond the number of tag sets that k6's SDK keeps apart. */
const overflow = 'otel.metric.overflow';
/** k6's own Rates; a Rate without samples breaks no threshold of k6. */
const ratesOfK6 = ['http_req_failed', 'checks'];

/**
 * The script's thresholds where k6 kept no samples to judge them by (`--no-k6-summary`), from each second's counters and
 * histograms. Where k6's own result could be either, there is none: `no-data`. `asK6Says` takes what k6 would say of no sample
 * or too few, and only notes it.
 */
export function seriesThresholdResults(
  load: Load,
  series: Pick<Series, 'load'>,
  { asK6Says }: { readonly asK6Says: boolean },
): ThresholdResult[] {
  const metrics = metricsOf(load.thresholds, series);
  return load.thresholds.map((threshold, index) => {
    const metric = metrics[index];
    const { metric: key, expression: text } = threshold;
    const named = { source: 'series', metric: key, expression: text, level: 'fail' } as const;
    const expression = parseK6Expression(text);
    // k6 was killed before its first export: nothing is known, not even "none".
    if (series.load.length === 0 || metric === undefined) return { ...named, ...missing('no-result') };
    if (expression === null) return { ...named, ...missing('method') };
    return { ...named, ...outcomeOf(metric, expression, load, asK6Says) };
  });
}

type Outcome = Omit<ThresholdResult, 'source' | 'metric' | 'expression' | 'level'>;

function missing(reason: string, samples: number | null = null): Outcome {
  return { outcome: 'no-data', observed: null, samples, reason };
}

function outcomeOf(metric: SeriesMetric, expression: K6Expression, load: Load, asK6Says: boolean): Outcome {
  const { name } = metric.selector;
  const found = seriesValue(metric, expression.method, load);
  if ('missing' in found) {
    if (found.missing !== 'no-sample') return missing(found.missing);
    if (bornByCountingIn(name) === 'k6') return judged({ ...nothing, value: 0 }, expression);
    const byK6 = asK6Says ? ofNothing(name, expression) : null;
    return byK6 === null ? missing('no-sample') : { ...missing('no-sample'), outcome: byK6 ? 'held' : 'broken' };
  }
  const result = judged(found, expression);
  const { samples } = found;
  const isNone = metric.folded.kind === 'nothing' && countsRequests.includes(name) && result.outcome === 'held';
  if (isNone) return asK6Says ? { ...result, reason: 'no-sample' } : missing('no-sample', 0);
  const { method } = expression;
  const needed = samplesNeeded(typeof method === 'object' ? method.percentile : Number.NaN);
  if (samples === null || samples >= needed || result.outcome === 'no-data') return result;
  return asK6Says ? { ...result, reason: 'too-few-samples' } : missing('too-few-samples', samples);
}

const nothing = { range: { least: 0, most: 0 }, samples: null };

function judged(found: Exclude<SeriesValue, { missing: unknown }>, expression: K6Expression): Outcome {
  const { range, value, samples } = found;
  const held = holdsIn(range, expression);
  const known = { observed: value, samples, ...(range.least === range.most ? {} : { range }) };
  if (held === null) return { ...known, outcome: 'no-data', reason: 'within-error' };
  return { ...known, outcome: held ? 'held' : 'broken', reason: null };
}

/** What k6 makes of a metric that has no sample: it stands at 0, but a Rate breaks nothing. Null: its kind is not known. */
function ofNothing(name: string, expression: K6Expression): boolean | null {
  const atZero = satisfies(0, expression);
  if (expression.method !== 'rate' || atZero || countsRequests.includes(name)) return atZero;
  return ratesOfK6.includes(name) ? true : null;
}

/** All that the series holds under each threshold's key, in one pass over a series that may be long. */
function metricsOf(thresholds: readonly K6Threshold[], { load }: Pick<Series, 'load'>): SeriesMetric[] {
  const selectors = thresholds.map(({ metric }) => parseK6Selector(metric));
  const fold = createSeriesFold((metric) => {
    const isUntagged = metric.tags[overflow] !== undefined;
    const wanted = selectors.flatMap((selector, index) => (selects(selector, metric) ? [String(index)] : []));
    return isUntagged ? [...wanted, untagged(metric.name)] : wanted;
  });
  for (const line of load) fold.add(line);
  const isThere = ({ kind }: Folded) => kind !== 'nothing';
  return selectors.map((selector, index) => ({
    selector,
    folded: fold.of(String(index)),
    hasUntagged: isThere(fold.of(untagged(selector.name))),
  }));
}

function untagged(name: string): string {
  return `${overflow} ${name}`;
}
