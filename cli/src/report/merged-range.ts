import type { RunRecord } from '../record/run-record.ts';

type Merged = NonNullable<NonNullable<RunRecord['load']>['merged']>;

/** A percentile that was merged from each second's histograms, in milliseconds. */
export interface MergedPercentile {
  /** `p50` */
  readonly label: string;
  readonly value: number;
  /** The lowest and the highest that it can be. */
  readonly least: number;
  readonly most: number;
}

export interface MergedTrend {
  readonly metric: string;
  readonly samples: number;
  readonly percentiles: readonly MergedPercentile[];
}

const labels = { p50: 'med', p90: 'p(90)', p95: 'p(95)', p99: 'p(99)' } as const;

/** The response times, and how long iterations took, of a run whose k6 made no summary; none of any other run. */
export function mergedTrends({ load }: RunRecord): MergedTrend[] {
  const merged = load?.merged ?? {};
  return ['http_req_duration', 'iteration_duration'].flatMap((metric) => trendOf(metric, merged[metric]));
}

function trendOf(metric: string, found: Merged[string] | undefined): MergedTrend[] {
  if (found === undefined) return [];
  const { figures, ranges } = found;
  const percentiles = Object.entries(labels).flatMap(([label, name]): MergedPercentile[] => {
    const [value, range] = [figures[name], ranges[name]];
    return value === undefined || range === undefined ? [] : [{ label, value, ...range }];
  });
  return percentiles.length === 0 ? [] : [{ metric, samples: figures.count ?? 0, percentiles }];
}

/** Half the widest range as a share of its value: `p95 ± 1.1 %`. Null when there is none. */
export function widestShare(trends: readonly MergedTrend[]): number | null {
  const shares = trends.flatMap(({ percentiles }) =>
    percentiles.flatMap(({ value, least, most }) => (value > 0 ? [(most - least) / 2 / value] : [])),
  );
  return shares.length === 0 ? null : Math.max(...shares);
}
