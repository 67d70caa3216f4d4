import { describe, expect, it } from 'vitest';
import type { LoadLine } from '../../../src/record/series.ts';
import { createSeriesFold } from '../../../src/stats/series-fold.ts';
import { histogramOf } from './seeded-samples.ts';

type Part = Partial<Pick<LoadLine, 'counters' | 'gauges' | 'histograms'>>;

function foldOf(seconds: readonly Part[]) {
  const fold = createSeriesFold(({ name }) => [name]);
  for (const [t, part] of seconds.entries()) fold.add({ t, counters: {}, gauges: {}, histograms: {}, ...part });
  return fold;
}

describe('a series that is added up', () => {
  it('holds a counter under all of its tags', () => {
    const fold = foldOf([
      { counters: { 'http_reqs{name:a}': 3, 'http_reqs{name:b}': 4 } },
      { counters: { 'http_reqs{name:a}': 5 } },
    ]);
    expect(fold.of('http_reqs')).toEqual({ kind: 'counter', total: 12 });
  });

  it('holds a Rate, which k6 exports in two halves, under its own name', () => {
    const fold = foldOf([
      { counters: { 'checks.total{check:a,condition:nonzero}': 9 } },
      { counters: { 'checks.total{check:b,condition:zero}': 1 } },
    ]);
    expect(fold.of('checks')).toEqual({ kind: 'rate', nonzero: 9, samples: 10 });
    expect(fold.labels()).toEqual(['checks']);
  });

  it('holds a gauge as it was in the last second that set it', () => {
    const fold = foldOf([{ gauges: { vus: 5 } }, { gauges: { vus: 8 } }, { counters: { 'iterations{}': 1 } }]);
    expect(fold.of('vus')).toEqual({ kind: 'gauge', last: { least: 8, most: 8 } });
  });

  it('does not know which of two tag sets set a gauge last in the same second', () => {
    const fold = foldOf([
      { gauges: { 'depth{queue:a}': 50 } },
      { gauges: { 'depth{queue:a}': 3, 'depth{queue:b}': 7 } },
    ]);
    expect(fold.of('depth')).toEqual({ kind: 'gauge', last: { least: 3, most: 7 } });
  });

  it('holds a trend over seconds and tags', () => {
    const fold = foldOf([
      { histograms: { 'http_req_duration{name:a}': histogramOf([1, 2], 5) } },
      { histograms: { 'http_req_duration{name:b}': histogramOf([9], 5) } },
    ]);
    const found = fold.of('http_req_duration');
    expect(found.kind === 'trend' && [found.trend.count, found.trend.max]).toEqual([3, 9]);
  });

  it('holds nothing of what never came', () => {
    expect(foldOf([]).of('never')).toEqual({ kind: 'nothing' });
  });
});
