import { expect, test } from 'vitest';
import { createLiveFold } from '../../src/commands/live-figures.ts';
import type { Histogram, LoadLine, SampleLine } from '../../src/record/series.ts';

/** Scale 0: bucket `offset` holds (2^offset, 2^(offset+1)]. */
function responses(offset: number, count: number): Histogram {
  const min = 2 ** offset + 0.001;
  const max = 2 ** (offset + 1);
  return { scale: 0, offset, counts: [count], zeroCount: 0, count, sum: count * max, min, max };
}

function loadLine(t: number, part: Partial<LoadLine> = {}): LoadLine {
  return { kind: 'load', t, from: t - 1000, instance: 0, counters: {}, gauges: {}, histograms: {}, ...part };
}

function sample(t: number, probe: string, values: SampleLine['values']): SampleLine {
  return { kind: 'sample', t, probe, outcome: values === undefined ? 'failed' : 'ok', tookMs: 1, values };
}

test('before anything was measured, figures are unknown and counts are zero', () => {
  expect(createLiveFold().figures()).toEqual({
    tps: null,
    p95Ms: null,
    requests: 0,
    failed: 0,
    dropped: 0,
    vus: null,
    redisLag: null,
    kafkaLag: null,
    k6Cores: null,
    serviceCores: null,
  });
});

test('throughput is that of the last five seconds, counts are those of the whole load', () => {
  const fold = createLiveFold();
  for (let second = 1; second <= 20; second += 1) {
    fold.add(loadLine(second * 1000, { counters: { 'http_reqs{name:a,status:200}': second <= 15 ? 100 : 300 } }));
  }
  expect(fold.figures()).toMatchObject({ tps: 300, requests: 15 * 100 + 5 * 300 });
});

test('throughput divides by the time that the exports stand for, not by their number', () => {
  const fold = createLiveFold();
  fold.add(loadLine(1000, { from: 0, counters: { http_reqs: 500 } }));
  fold.add(loadLine(1250, { from: 1000, counters: { http_reqs: 125 } }));
  expect(fold.figures().tps).toBe(500);
});

test('several k6 processes add up', () => {
  const fold = createLiveFold();
  fold.add(loadLine(1000, { instance: 0, counters: { http_reqs: 200 }, gauges: { vus: 50 } }));
  fold.add(loadLine(1400, { instance: 1, counters: { http_reqs: 220 }, gauges: { vus: 50 } }));
  expect(fold.figures()).toMatchObject({ tps: 420, vus: 100 });
});

test('a correct rejection is no failure, an unexpected answer is one', () => {
  const fold = createLiveFold();
  fold.add(
    loadLine(1000, {
      counters: {
        'http_reqs{expected_response:true,status:201}': 90,
        'http_reqs{expected_response:true,status:409}': 7,
        'http_reqs{expected_response:false,status:503}': 3,
        dropped_iterations: 4,
      },
    }),
  );
  expect(fold.figures()).toMatchObject({ requests: 100, failed: 3, dropped: 4 });
});

test('p95 comes from all responses of the window together, and older ones leave it', () => {
  const fold = createLiveFold();
  const histograms = (offset: number) => ({
    'http_req_duration{name:a}': responses(offset, 94),
    'http_req_duration{name:b}': responses(9, 6),
    'http_req_waiting{name:a}': responses(15, 1000),
  });
  fold.add(loadLine(1000, { histograms: histograms(1) }));
  const first = fold.figures().p95Ms;
  expect(first).toBeGreaterThan(512);
  expect(first).toBeLessThanOrEqual(1024);

  fold.add(loadLine(7000, { histograms: { http_req_duration: responses(1, 10) } }));
  expect(fold.figures().p95Ms).toBeLessThanOrEqual(4);
});

test('lags add up over streams and partitions, and CPU over the processes of the service only', () => {
  const fold = createLiveFold();
  fold.add(sample(1000, 'redis', { 'redis_stream_lag{group:a,stream:x}': 5, 'redis_stream_lag{group:b,stream:y}': 2 }));
  fold.add(sample(1000, 'kafka', { 'kafka_consumer_lag{group:p,topic:t}': 0 }));
  fold.add(
    sample(1000, 'process', {
      'process_cpu_cores{process:k6}': 0.25,
      'process_cpu_cores{process:api}': 0.5,
      'process_cpu_cores{process:worker}': 0.125,
      'process_cpu_cores{process:mysql}': 1,
      'process_rss_bytes{process:api}': 100_000_000,
    }),
  );
  expect(fold.figures()).toMatchObject({ redisLag: 7, kafkaLag: 0, k6Cores: 0.25, serviceCores: 0.625 });
});

test('a reading that failed makes its figures unknown instead of leaving the old ones', () => {
  const fold = createLiveFold();
  fold.add(sample(1000, 'redis', { 'redis_stream_lag{group:a,stream:x}': 5 }));
  fold.add(sample(1000, 'kafka', { 'kafka_consumer_lag{group:p,topic:t}': 3 }));
  fold.add(sample(2000, 'redis', undefined));
  expect(fold.figures()).toMatchObject({ redisLag: null, kafkaLag: 3 });
});
