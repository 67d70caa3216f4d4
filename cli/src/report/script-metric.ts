import type { Load } from '../record/run-record.ts';
import { type Histogram, histogramMean, histogramQuantile } from '../stats/histogram.ts';
import type { ReportedRun } from './api-figures.ts';
import { counterTotals, gaugeTotals, trendTotal, trendTotals } from './series-total.ts';
import type { SummaryMetric } from './summary-metric.ts';

/** A metric of a whole run, whatever its tags. */
export interface ScriptMetric {
  readonly name: string;
  readonly kind: 'trend' | 'rate' | 'counter' | 'gauge';
  /** `ms`, `By` (bytes) or nothing. */
  readonly unit: string;
  /** By k6's names: `avg`, `p(95)`, `count`, `rate`, `passes`, `fails`, `value`, `min`, `max`. */
  readonly figures: Readonly<Record<string, number>>;
  /** From the histograms, because k6 left no summary of it: its percentiles are within 1.5 %. */
  readonly approximate: boolean;
}

/** What has a table of its own. */
const elsewhere = /^(http_|vus$|vus_max$|checks$|group_duration$)/;
/** k6's own, of protocols that have no table of their own, and of any script. */
const protocols = /^(ws|grpc|browser)_/;
const ofAnyScript = ['iterations', 'iteration_duration', 'dropped_iterations', 'data_sent', 'data_received'];

/** The script's own metrics by name, then those of WebSocket, gRPC and browser, then what every script has. */
export function scriptMetrics(run: ReportedRun): ScriptMetric[] {
  const { record, series } = run;
  const { summary = null, units = {} } = record.load ?? {};
  const fromSummary = Object.entries(summary ?? {}).flatMap(([name, figures]) => {
    const kind = kindOf(figures);
    if (kind === null || name.includes('{')) return [];
    // A script chooses the figures of its trends; how many samples there were always belongs to them.
    const samples = kind === 'trend' ? { count: figures.count ?? trendTotal(series, name).count } : {};
    return [{ name, kind, figures: { ...figures, ...samples }, approximate: false }];
  });
  const named = new Set(fromSummary.map(({ name }) => name));
  return [...fromSummary, ...fromSeries(run).filter(({ name }) => !named.has(name))]
    .filter(({ name }) => !elsewhere.test(name))
    .map((metric) => ({ ...metric, unit: units[metric.name] ?? '' }))
    .sort((a, b) => rankOf(a.name) - rankOf(b.name) || (a.name < b.name ? -1 : 1));
}

function rankOf(name: string): number {
  const common = ofAnyScript.indexOf(name);
  if (common >= 0) return 2 + common;
  return protocols.test(name) ? 1 : 0;
}

/** k6 prints the figures of a trend in no order: average, then from the least to the most. */
export function inOrder(figures: Readonly<Record<string, number>>): Array<[name: string, figure: number]> {
  const rank = (name: string): number => {
    const percentile = Number(/^p\((.+)\)$/.exec(name)?.[1] ?? (name === 'med' ? 50 : Number.NaN));
    const ends: Readonly<Record<string, number>> = { avg: -2, min: -1, max: 101 };
    return ends[name] ?? (Number.isNaN(percentile) ? 102 : percentile);
  };
  return Object.entries(figures).sort(([a], [b]) => rank(a) - rank(b));
}

function kindOf(figures: SummaryMetric): ScriptMetric['kind'] | null {
  if (figures.passes !== undefined && figures.fails !== undefined) return 'rate';
  if (figures.value !== undefined) return 'gauge';
  if (figures.count !== undefined && figures.rate !== undefined) return 'counter';
  return Object.keys(figures).length === 0 ? null : 'trend';
}

type Unnamed = Omit<ScriptMetric, 'unit'>;

function fromSeries({ record, series }: ReportedRun): Unnamed[] {
  const seconds = record.load === null ? 0 : countedMs(record.load) / 1_000;
  const trends = [...new Set(trendTotals(series).map(({ name }) => name))].map(
    (name): Unnamed => ({ name, kind: 'trend', figures: figuresOf(trendTotal(series, name)), approximate: true }),
  );
  const gauges = gaugeTotals(series).map(
    ({ name, value }): Unnamed => ({ name, kind: 'gauge', figures: { ...value }, approximate: false }),
  );
  return [...trends, ...gauges, ...countersOf(series, seconds)];
}

/** By which k6 divides, where it printed it; else how long its process ran. */
function countedMs({ withoutSummary, testMs, startedAt, endedAt }: Load): number {
  return withoutSummary && testMs !== null ? testMs : endedAt - startedAt;
}

function countersOf(series: ReportedRun['series'], seconds: number): Unnamed[] {
  const sums = new Map<string, { count: number; passes: number; fails: number }>();
  for (const { name, tags, value } of counterTotals(series)) {
    const half = tags.condition === undefined ? null : tags.condition === 'nonzero' ? 'passes' : 'fails';
    const own = half === null ? name : name.replace(/\.total$/, '');
    const sum = sums.get(own) ?? { count: 0, passes: 0, fails: 0 };
    sum[half ?? 'count'] += value;
    sums.set(own, sum);
  }
  return [...sums].map(([name, { count, passes, fails }]) => {
    const all = passes + fails;
    return all > 0
      ? { name, kind: 'rate', figures: { passes, fails, rate: passes / all }, approximate: false }
      : {
          name,
          kind: 'counter',
          figures: { count, ...(seconds > 0 ? { rate: count / seconds } : {}) },
          approximate: false,
        };
  });
}

function figuresOf(histogram: Histogram): Record<string, number> {
  const { count, min, max } = histogram;
  const [avg, p95] = [histogramMean(histogram), histogramQuantile(histogram, 0.95)];
  return { ...(avg === null ? {} : { avg }), min, ...(p95 === null ? {} : { 'p(95)': p95 }), max, count };
}
