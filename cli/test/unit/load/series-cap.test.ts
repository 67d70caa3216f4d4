import { expect, test } from 'vitest';
import { createSeriesCap } from '../../../src/load/series-cap.ts';
import { metricKey, parseMetricKey } from '../../../src/record/metric-key.ts';
import type { LoadLine } from '../../../src/record/series.ts';

const histogram = { scale: 3, offset: 0, counts: [1], zeroCount: 0, count: 1, sum: 2, min: 2, max: 2 };

function line(tagSets: ReadonlyArray<Record<string, string>>): LoadLine {
  const keys = (name: string) => tagSets.map((tags) => metricKey(name, tags));
  return {
    ...{ kind: 'load', t: 1_000, from: 0, instance: 0 },
    counters: Object.fromEntries(keys('http_reqs').map((key) => [key, 1])),
    gauges: {},
    histograms: Object.fromEntries(keys('http_req_duration').map((key) => [key, histogram])),
  };
}

const items = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ name: `http://a/items/${from + i}`, status: '200', url: `u${i}` }));
const sum = (counters: Record<string, number>) => Object.values(counters).reduce((a, b) => a + b, 0);

test('a list of APIs is not touched', () => {
  const cap = createSeriesCap();
  const before = line(items(0, 100));
  expect(cap.bound(before)).toEqual(before);
  expect(cap.folded()).toBeNull();
});

test('names beyond the first hundred become their pattern without their URL, and every sum stays', () => {
  const cap = createSeriesCap();
  cap.bound(line(items(0, 100)));

  const bound = cap.bound(line(items(90, 400)));

  const folded = metricKey('http_reqs', { name: 'http://a/items/{}', status: '200' });
  expect(bound.counters[folded]).toBe(300);
  expect(sum(bound.counters)).toBe(310);
  expect(bound.histograms[folded.replace('http_reqs', 'http_req_duration')]).toMatchObject({ count: 300, sum: 600 });
  expect(cap.folded()).toEqual({ names: 300, atLeast: false, tags: [], untagged: 0 });
});

test('names that share no pattern end up as one', () => {
  const cap = createSeriesCap();
  const words = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `/${'x'.repeat(i + 1)}` }));

  const bound = cap.bound(line(words(500)));

  expect(Object.keys(bound.counters)).toHaveLength(201);
  expect(bound.counters['http_reqs{name:(other)}']).toBe(300);
  expect(sum(bound.counters)).toBe(500);
});

test('a tag of the script’s own with a value for each request is left out beyond a thousand, and named', () => {
  const cap = createSeriesCap();
  const users = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ name: 'login', status: '200', user: String(from + i) }));
  let total = 0;
  const keys = new Set<string>();

  for (let second = 0; second < 5; second += 1) {
    const { counters } = cap.bound(line(users(second * 500, (second + 1) * 500)));
    total += sum(counters);
    for (const key of Object.keys(counters)) keys.add(key);
  }

  expect(total).toBe(2_500);
  expect(keys.size).toBe(1_001);
  expect(parseMetricKey([...keys].at(-1) ?? '').tags).toEqual({ name: 'login', status: '200' });
  expect(cap.folded()).toEqual({ names: 0, atLeast: false, tags: ['user'], untagged: 0 });
});

test('names are counted up to a bound, and beyond it as at least that many', () => {
  const cap = createSeriesCap();
  for (let i = 0; i < 30; i += 1) cap.bound(line(items(i * 500, (i + 1) * 500)));
  expect(cap.folded()).toEqual({ names: 10_000, atLeast: true, tags: [], untagged: 0 });
});

test('what k6’s own SDK folded stays one series without tags, and its requests are counted', () => {
  const cap = createSeriesCap();
  const bound = cap.bound(line([{ name: 'a', status: '200' }, { 'otel.metric.overflow': 'true' }]));
  expect(bound.counters['http_reqs{otel.metric.overflow:true}']).toBe(1);
  expect(cap.folded()).toEqual({ names: 0, atLeast: false, tags: [], untagged: 1 });
});
