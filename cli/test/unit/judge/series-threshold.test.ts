import { describe, expect, it } from 'vitest';
import { seriesThresholdResults } from '../../../src/judge/series-threshold.ts';
import type { Load } from '../../../src/record/run-record.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { quantile } from '../../../src/stats/quantile.ts';
import { histogramOf, latencies, seeded } from '../stats/seeded-samples.ts';
import { builtLoad, loadStart } from './built-run.ts';

type Part = Partial<Pick<LoadLine, 'counters' | 'gauges' | 'histograms'>>;

function linesOf(seconds: readonly Part[]): LoadLine[] {
  return seconds.map((part, second) => {
    const from = loadStart + second * 1_000;
    return { kind: 'load', t: from + 1_000, from, instance: 0, counters: {}, gauges: {}, histograms: {}, ...part };
  });
}

function judged(
  metric: string,
  expressions: readonly string[],
  seconds: readonly Part[],
  { load = {}, asK6Says = false }: { readonly load?: Partial<Load>; readonly asK6Says?: boolean } = {},
) {
  const thresholds = expressions.map((expression) => ({ metric, expression, held: null }));
  const built = builtLoad({ summary: null, withoutSummary: true, testMs: 60_000, thresholds, ...load });
  return seriesThresholdResults(built, { load: linesOf(seconds) }, { asK6Says });
}

const one = (...given: Parameters<typeof judged>) => judged(...given)[0];

/** k6's own rule over every sample. */
function byK6(samples: readonly number[], method: string): number {
  const sum = samples.reduce((total, sample) => total + sample, 0);
  const percentile = Number(/^p\((.+)\)$/.exec(method)?.[1] ?? (method === 'med' ? 50 : Number.NaN));
  const exact: Readonly<Record<string, number>> = {
    avg: sum / samples.length,
    min: Math.min(...samples),
    max: Math.max(...samples),
  };
  return exact[method] ?? quantile(samples, percentile / 100) ?? Number.NaN;
}

describe('a threshold that is judged from the series', () => {
  it('is what every single sample says, or is not judged because the limit lies within the error', () => {
    let undecided = 0;
    let all = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seeded(seed);
      const samples = latencies(random, 200 + Math.floor(random() * 2_000), 40, 0.7);
      const seconds = Array.from({ length: Math.ceil(samples.length / 100) }, (_, second) => ({
        histograms: { 'http_req_duration{name:a}': histogramOf(samples.slice(second * 100, (second + 1) * 100), 5) },
      }));
      for (const method of ['p(90)', 'p(95)', 'p(99)', 'med', 'avg', 'min', 'max']) {
        const exact = byK6(samples, method);
        const limit = exact * (0.9 + 0.2 * random());
        const result = one('http_req_duration{name:a}', [`${method}<${limit}`], seconds);
        all += 1;
        if (result?.outcome === 'no-data') {
          undecided += 1;
          expect(result.reason).toBe('within-error');
          expect(limit).toBeGreaterThanOrEqual(result.range?.least ?? Number.NaN);
          expect(limit).toBeLessThanOrEqual(result.range?.most ?? Number.NaN);
        } else expect([method, result?.outcome]).toEqual([method, exact < limit ? 'held' : 'broken']);
      }
    }
    // A range as wide as the limits' would decide nothing.
    expect(undecided).toBeGreaterThan(0);
    expect(undecided / all).toBeLessThan(0.2);
  });

  it('is exact for averages, least and most: a limit a hair beside them is judged', () => {
    const seconds = [{ histograms: { lag: histogramOf([10, 20, 60], 2) } }];
    const results = judged('lag', ['avg<30.001', 'avg<30', 'min>9.999', 'max<60', 'max<=60'], seconds);
    expect(results.map(({ outcome }) => outcome)).toEqual(['held', 'broken', 'held', 'broken', 'held']);
    expect(results.every(({ range }) => range === undefined)).toBe(true);
  });

  it('over a rate is the share of all seconds together', () => {
    const seconds = [
      { counters: { 'checks.total{condition:nonzero}': 90 } },
      { counters: { 'checks.total{condition:zero}': 10, 'checks.total{condition:nonzero}': 100 } },
    ];
    expect(judged('checks', ['rate>0.94', 'rate>0.95', 'rate>0.96'], seconds)).toMatchObject([
      { outcome: 'held', observed: 0.95, samples: 200 },
      { outcome: 'broken' },
      { outcome: 'broken' },
    ]);
  });

  it('over a counter is exact as a count; a second is divided by what k6 prints to a tenth of a second', () => {
    const seconds = [{ counters: { 'http_reqs{name:a}': 400 } }, { counters: { 'http_reqs{name:a}': 200 } }];
    expect(one('http_reqs{name:a}', ['count==600'], seconds)).toMatchObject({ outcome: 'held', observed: 600 });
    const rates = judged('http_reqs', ['rate>9.9', 'rate>10', 'rate>10.1'], seconds);
    expect(rates.map(({ outcome }) => outcome)).toEqual(['held', 'no-data', 'broken']);
    expect(one('http_reqs', ['rate>9'], seconds, { load: { testMs: null } })).toMatchObject({
      outcome: 'no-data',
      reason: 'no-duration',
    });
  });

  it('over a gauge takes the last value, and is not judged where it cannot be told which came last', () => {
    const seconds = [{ gauges: { depth: 90 } }, { gauges: { depth: 4 } }];
    expect(one('depth', ['value<5'], seconds)).toMatchObject({ outcome: 'held', observed: 4 });
    const two = [{ gauges: { 'depth{queue:a}': 3, 'depth{queue:b}': 7 } }];
    expect(judged('depth', ['value<10', 'value<5'], two).map(({ outcome }) => outcome)).toEqual(['held', 'no-data']);
    expect(one('depth{queue:a}', ['value<5'], two)).toMatchObject({ outcome: 'held' });
  });

  it('counts the samples of its tags alone', () => {
    const seconds = [
      {
        histograms: {
          'http_req_duration{name:a,scenario:x}': histogramOf([1, 2], 5),
          'http_req_duration{name:b,scenario:x}': histogramOf([500], 5),
        },
      },
    ];
    expect(one('http_req_duration{name:"a"}', ['max<3'], seconds)).toMatchObject({ outcome: 'held', samples: 2 });
    expect(one('http_req_duration{scenario:x}', ['max<3'], seconds)).toMatchObject({ outcome: 'broken', samples: 3 });
  });
});

describe('a threshold that the series cannot stand for', () => {
  const seconds = [{ histograms: { 'http_req_duration{name:a}': histogramOf([1, 2, 3], 5) } }];

  it('is no pass where there was no sample, nor where a percentile has too few', () => {
    expect(one('http_req_duration{name:typo}', ['p(95)<300'], seconds)).toMatchObject({
      outcome: 'no-data',
      reason: 'no-sample',
    });
    expect(one('http_req_duration', ['p(99)<300'], seconds)).toMatchObject({
      outcome: 'no-data',
      reason: 'too-few-samples',
      samples: 3,
    });
    expect(one('http_reqs{name:typo}', ['count>=0'], seconds)).toMatchObject({ outcome: 'no-data' });
  });

  it('is nothing that was counted, where a counter was never raised', () => {
    expect(one('errors_total', ['count==0'], seconds)).toMatchObject({ outcome: 'held', observed: 0 });
    expect(one('dropped_iterations', ['count==0'], seconds)).toMatchObject({ outcome: 'held' });
    expect(one('http_reqs{name:a}', ['count>100'], seconds)).toMatchObject({ outcome: 'broken', observed: 0 });
  });

  it('is not judged when its tag, or some of its samples, were folded', () => {
    const folded = { names: 0, atLeast: false, tags: ['shop'], untagged: 0 };
    const load = { folded };
    expect(one('http_req_duration{shop:1}', ['max<9'], seconds, { load })).toMatchObject({ reason: 'folded' });
    expect(one('http_req_duration{name:a}', ['max<9'], seconds, { load })).toMatchObject({ outcome: 'held' });
    const names = { folded: { ...folded, tags: [], names: 7 } };
    expect(one('http_req_duration{name:z}', ['max<9'], seconds, { load: names })).toMatchObject({ reason: 'folded' });
    const untagged = [
      ...seconds,
      { histograms: { 'http_req_duration{otel.metric.overflow:true}': histogramOf([50], 5) } },
    ];
    expect(one('http_req_duration{name:a}', ['max<9'], untagged)).toMatchObject({ reason: 'folded' });
    expect(one('http_req_duration', ['max<9'], untagged)).toMatchObject({ outcome: 'broken', observed: 50 });
  });

  it('is not judged when values of the script that are no number were left out, unless it is of k6 itself', () => {
    const own = [{ histograms: { lag: histogramOf([1], 5), http_req_duration: histogramOf([1], 5) } }];
    expect(one('lag', ['max<9'], own, { load: { notFinite: 1 } })).toMatchObject({ reason: 'not-finite' });
    expect(one('http_req_duration', ['max<9'], own, { load: { notFinite: 1 } })).toMatchObject({ outcome: 'held' });
  });

  it('has no result where k6 exported nothing', () => {
    expect(one('errors_total', ['count==0'], [])).toMatchObject({ outcome: 'no-data', reason: 'no-result' });
  });
});

describe('a threshold of a script whose verdict is left to k6', () => {
  const seconds = [{ histograms: { 'http_req_duration{name:a}': histogramOf([1, 2, 3], 5) } }];
  const asK6 = (metric: string, expression: string) => one(metric, [expression], seconds, { asK6Says: true });

  it('is what k6 makes of no samples: a trend stands at 0, a Rate breaks nothing', () => {
    expect(asK6('http_req_duration{name:z}', 'p(95)<5')).toMatchObject({ outcome: 'held', reason: 'no-sample' });
    expect(asK6('http_req_duration{name:z}', 'avg>5')).toMatchObject({ outcome: 'broken', reason: 'no-sample' });
    expect(asK6('http_req_failed', 'rate>0.5')).toMatchObject({ outcome: 'held', reason: 'no-sample' });
    expect(asK6('checks{check:x}', 'rate>0.9')).toMatchObject({ outcome: 'held', reason: 'no-sample' });
  });

  it('is no pass where k6 would take a Rate for held and a Counter for broken, and which it is was not recorded', () => {
    expect(asK6('own_metric', 'rate>0.5')).toMatchObject({ outcome: 'no-data', reason: 'no-sample' });
    expect(asK6('own_metric', 'rate<0.5')).toMatchObject({ outcome: 'held', reason: 'no-sample' });
  });

  it('stands on few samples, and says so', () => {
    expect(asK6('http_req_duration', 'p(99)<5')).toMatchObject({ outcome: 'held', reason: 'too-few-samples' });
    expect(asK6('http_req_duration', 'p(99)<2')).toMatchObject({ outcome: 'broken', reason: 'too-few-samples' });
  });
});
