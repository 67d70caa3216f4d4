import { parseK6Selector } from '../record/k6-selector.ts';
import { selects } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import { createSeriesFold, type Folded } from '../stats/series-fold.ts';
import type { TrendFold } from '../stats/trend-fold.ts';

type Merged = NonNullable<Load['merged']>;

/** What k6's summary would have held, added up from its exports as they come. */
export interface MergedFigures {
  add(line: LoadLine): void;
  /** By metric, and by the key of each threshold. @param testMs length of k6's test, for counters a second */
  figures(testMs: number | null): Merged;
}

/** As in the summary of a scenario of ours. */
const percentiles = [
  ['med', 0.5],
  ['p(90)', 0.9],
  ['p(95)', 0.95],
  ['p(99)', 0.99],
  ['p(99.9)', 0.999],
] as const;

export function mergeFigures(thresholds: Load['thresholds']): MergedFigures {
  const keys = [...new Set(thresholds.map(({ metric }) => metric))].filter((key) => key.includes('{'));
  const selectors = keys.map((key) => ({ key, selector: parseK6Selector(key) }));
  const fold = createSeriesFold((metric) => [
    metric.name,
    ...selectors.flatMap(({ key, selector }) => (selects(selector, metric) ? [key] : [])),
  ]);
  return {
    add: (line) => fold.add(line),
    figures: (testMs) =>
      Object.fromEntries(
        fold
          .labels()
          .sort()
          .map((label) => [label, figuresOf(fold.of(label), testMs)]),
      ),
  };
}

function figuresOf(folded: Folded, testMs: number | null): Merged[string] {
  switch (folded.kind) {
    case 'trend':
      return ofTrend(folded.trend);
    case 'rate': {
      const { nonzero, samples } = folded;
      return { figures: { passes: nonzero, fails: samples - nonzero, rate: nonzero / samples }, ranges: {} };
    }
    case 'counter': {
      const { total } = folded;
      const rate = testMs === null || testMs <= 0 ? {} : { rate: (total * 1_000) / testMs };
      return { figures: { count: total, ...rate }, ranges: {} };
    }
    case 'gauge': {
      const { least, most } = folded.last;
      return least === most
        ? { figures: { value: least }, ranges: {} }
        : { figures: {}, ranges: { value: { least, most } } };
    }
    case 'nothing':
      return { figures: {}, ranges: {} };
  }
}

function ofTrend(trend: TrendFold): Merged[string] {
  const { count, sum, min, max } = trend;
  return {
    figures: {
      ...{ count, avg: sum / count, min, max },
      ...Object.fromEntries(percentiles.map(([name, q]) => [name, trend.quantile(q)])),
    },
    ranges: Object.fromEntries(percentiles.map(([name, q]) => [name, trend.range(q)])),
  };
}
