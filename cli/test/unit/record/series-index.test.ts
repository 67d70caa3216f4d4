import { describe, expect, it } from 'vitest';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { seeded } from '../stats/seeded-samples.ts';

const sample = (t: number, probe: string, values?: Record<string, number>): SeriesLine => ({
  kind: 'sample',
  t,
  probe,
  outcome: values === undefined ? 'failed' : 'ok',
  tookMs: 1,
  ...(values === undefined ? {} : { values }),
});

describe('the index of a series', () => {
  it('has the readings of each probe, failed ones too, and the points of each metric', () => {
    const { readings, points } = indexSeries([
      sample(1_000, 'redis', { a: 1, b: 2 }),
      sample(1_000, 'mysql', { c: 3 }),
      sample(2_000, 'redis'),
      sample(3_000, 'redis', { a: 4 }),
    ]);
    expect(readings.get('redis')?.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'ok']);
    expect(readings.get('mysql')).toHaveLength(1);
    expect(points.get('a')).toEqual([
      { t: 1_000, value: 1 },
      { t: 3_000, value: 4 },
    ]);
    expect([...points.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('is in the order of time, whatever the order of arrival', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seeded(seed);
      const lines: SeriesLine[] = Array.from({ length: 60 }, () => {
        const t = Math.floor(random() * 50) * 1_000;
        const kind = random();
        if (kind < 0.4) return sample(t, 'redis', { a: t });
        if (kind < 0.7) return { kind: 'event', t, name: 'phase', subject: 'load' };
        return { kind: 'load', t, from: t - 1_000, instance: 0, counters: {}, gauges: {}, histograms: {} };
      });
      const { load, points, readings, events } = indexSeries(lines);
      for (const list of [load, points.get('a') ?? [], readings.get('redis') ?? [], events]) {
        const times = list.map(({ t }) => t);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
      expect(load.length + (readings.get('redis')?.length ?? 0) + events.length).toBe(60);
    }
  });
});
