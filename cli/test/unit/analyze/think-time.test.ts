import { describe, expect, it } from 'vitest';
import { thinkTime } from '../../../src/analyze/think-time.ts';
import type { Load } from '../../../src/record/run-record.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { couponRun, orderRun } from '../report/built-report.ts';
import { histogramOf } from '../stats/seeded-samples.ts';
import { spoken } from './spoken.ts';

const noSeries = indexSeries([]);

function found(summary: Load['summary'], changes: Partial<Load> = {}) {
  return spoken(thinkTime.analyze({ load: builtLoad({ summary, ...changes }), series: noSeries }));
}

describe('a long iteration of sleep', () => {
  it.each([
    ['order', orderRun().record.load],
    ['coupon', couponRun().record.load],
  ])('of the reference report (%s) is what it is, and no bottleneck', (_, load) => {
    if (load === null) throw new Error('a load');
    const { outcome, detail } = spoken(thinkTime.analyze({ load, series: noSeries }));
    expect(outcome).toBe('ok');
    expect(detail).toMatchObject({ rule: 'dominates' });
    expect(detail.thinkShare).toBeGreaterThan(0.96);
  });

  it('has exact figures', () => {
    const { detail, evidence } = found({
      iteration_duration: { count: 1_000, avg: 1_000 },
      think_time: { count: 1_000, avg: 950 },
      http_req_duration: { count: 2_000, avg: 20 },
      http_req_blocked: { count: 2_000, avg: 1 },
    });
    expect(detail.thinkShare).toBeCloseTo(0.95);
    expect(detail.httpMs).toBeCloseTo(42);
    expect(detail.restShare).toBeCloseTo(0.008);
    expect(evidence.map(({ metric }) => metric)).toEqual(['iteration_duration', 'think_time']);
  });
});

it('think time that is the smaller part is said to be that', () => {
  const summary = {
    iteration_duration: { count: 100, avg: 100 },
    think_time: { count: 100, avg: 20 },
    http_req_duration: { count: 100, avg: 79 },
  };
  expect(found(summary)).toMatchObject({ outcome: 'ok', detail: { rule: 'minor' } });
});

it('without a summary the sums of the histograms say the same', () => {
  const trend = (...samples: number[]) => histogramOf(samples, 5);
  const series = indexSeries([
    {
      kind: 'load',
      t: loadStart + 1_000,
      from: loadStart,
      instance: 0,
      counters: {},
      gauges: {},
      histograms: {
        'iteration_duration{scenario:a}': trend(1_000, 1_200),
        'think_time{scenario:a}': trend(900, 1_100),
        'http_wall_time{name:a}': trend(90),
        'http_wall_time{name:b}': trend(60),
      },
    },
  ]);
  const { detail } = spoken(thinkTime.analyze({ load: builtLoad({ summary: null }), series }));
  expect(detail).toMatchObject({ rule: 'dominates' });
  expect(detail.thinkShare).toBeCloseTo(2_000 / 2_200);
  expect(detail.httpShare).toBeCloseTo(150 / 2_200);
});

describe('does not say what cannot be known', () => {
  const plain = { iteration_duration: { count: 100, avg: 100 }, http_req_duration: { count: 100, avg: 9 } };

  it('where the script records no think time', () => {
    expect(found(plain)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'not-recorded' } });
  });

  it('but the rest of an iteration of HTTP cannot be most of it', () => {
    const summary = { ...plain, http_req_duration: { count: 100, avg: 70 } };
    expect(found(summary)).toMatchObject({ outcome: 'ok', detail: { rule: 'http-dominates' } });
  });

  it('where requests ran in parallel', () => {
    const summary = { ...plain, http_req_duration: { count: 300, avg: 90 } };
    expect(found(summary)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'parallel-requests' } });
  });

  it('where many iterations were cut', () => {
    const iterations = { complete: 100, interrupted: 50 };
    expect(found(plain, { iterations })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'cut-iterations' },
    });
  });

  it.each([
    ['there was none', {}],
    ['k6 left nothing', null],
    ['its figures are none', { iteration_duration: { count: 3, avg: Number.NaN } }],
    ['it took no time', { iteration_duration: { count: 3, avg: 0 } }],
  ])('of an iteration where %s', (_, summary) => {
    expect(found(summary)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'no-iterations' } });
  });
});
