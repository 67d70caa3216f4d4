import { bucketBound, type Histogram, histogramQuantile, lowerScale } from '../../stats/histogram.ts';
import type { ReportedRun } from '../api-figures.ts';
import type { ReportColumn, SectionContext } from '../section-context.ts';
import { trendTotal, withTags } from '../series-total.ts';
import { summaryOf } from '../summary-metric.ts';
import type { DistributionChart } from './chart.ts';

/** As many bars as can be told apart at the width of a phone. */
const mostBuckets = 64;
const mostDistributions = 6;

/** How many answers took how long, for each API of the run. The expected answers, as in the table of figures. */
export function distributions(context: SectionContext, run: ReportedRun): DistributionChart[] {
  return context.columns
    .filter(({ run: own, api }) => own === run && (api.kind === 'total' || api.names === 1))
    .slice(0, mostDistributions)
    .flatMap((column, index) => distribution(context, column, index));
}

function distribution({ say, format }: SectionContext, { run, api }: ReportColumn, index: number): DistributionChart[] {
  const tags = { ...(api.kind === 'total' ? {} : { name: api.name }), expected_response: 'true' };
  const merged = trendTotal(run.series, 'http_req_duration', withTags(tags));
  if (merged.count === 0) return [];
  const label = api.kind === 'total' ? say('column.total') : api.label;
  const marks = percentiles(run, tags, merged);
  return [
    {
      id: `distribution-${index + 1}`,
      title: say('chart.distribution', { api: label }),
      buckets: bucketsOf(merged),
      marks,
      alt: say('charts.distribution-alt', {
        api: label,
        requests: format.count(merged.count),
        marks: marks.map(({ label, ms }) => `${label} ${format.time(ms)}`).join(', '),
      }),
    },
  ];
}

/** k6's own figure where it has one, so that no table says otherwise. */
function percentiles({ record }: ReportedRun, tags: Readonly<Record<string, string>>, merged: Histogram) {
  const summary = summaryOf(record, 'http_req_duration', tags);
  const wanted = [
    { label: 'p50', q: 0.5, own: summary?.med },
    { label: 'p95', q: 0.95, own: summary?.['p(95)'] },
    { label: 'p99', q: 0.99, own: summary?.['p(99)'] },
  ];
  return wanted.flatMap(({ label, q, own }) => {
    const ms = own ?? histogramQuantile(merged, q);
    return ms === null || !Number.isFinite(ms) ? [] : [{ label, ms: Number(ms.toPrecision(4)) }];
  });
}

function bucketsOf(merged: Histogram): DistributionChart['buckets'] {
  let histogram = merged;
  while (histogram.counts.length > mostBuckets) histogram = lowerScale(histogram, histogram.scale - 1);
  const { counts, offset, scale, zeroCount } = histogram;
  const bound = (index: number) => Number(bucketBound(index, scale).toPrecision(4));
  const buckets = counts.map((count, index) => ({
    fromMs: bound(offset + index),
    toMs: bound(offset + index + 1),
    count,
  }));
  if (zeroCount === 0) return buckets;
  return [{ fromMs: 0, toMs: buckets[0]?.fromMs ?? 0, count: zeroCount }, ...buckets];
}
