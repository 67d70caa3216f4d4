import { metricKey } from '../cli/src/record/metric-key.ts';
import type { Histogram, LoadLine, SampleLine, SeriesLine } from '../cli/src/record/series.ts';
import { loadStart } from '../cli/test/unit/judge/built-run.ts';

const endpoints = Array.from({ length: 20 }, (_, n) => ({
  expected_response: 'true',
  method: 'POST',
  name: `endpoint_${n}`,
  status: '201',
}));
const requests = 50;

/** 60 series a second: a counter and a histogram of each of 20 endpoints, and 20 readings of a probe. */
export function seriesLines(seconds: number): SeriesLine[] {
  return Array.from({ length: seconds }, (_, second) => [load(second), sample(second)]).flat();
}

function load(second: number): LoadLine {
  return {
    kind: 'load',
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: Object.fromEntries(endpoints.map((tags) => [metricKey('http_reqs', tags), requests])),
    gauges: {},
    histograms: Object.fromEntries(
      endpoints.map((tags, n) => [metricKey('http_req_duration', tags), histogram(second + n)]),
    ),
  };
}

/** One sample in each of 50 buckets at scale 5, from 1 ms up, a little further on each second. */
function histogram(shift: number): Histogram {
  const offset = shift % 32;
  const bound = (index: number) => 2 ** ((offset + index) / 32);
  return {
    scale: 5,
    offset,
    counts: Array.from({ length: requests }, () => 1),
    zeroCount: 0,
    count: requests,
    sum: Array.from({ length: requests }, (_, index) => bound(index + 0.5)).reduce((sum, value) => sum + value, 0),
    min: bound(0.5),
    max: bound(requests - 0.5),
  };
}

function sample(second: number): SampleLine {
  const values = Array.from({ length: 20 }, (_, n) => [
    metricKey('redis_command_calls', { command: `c${n}` }),
    second * n,
  ]);
  return {
    kind: 'sample',
    t: loadStart + second * 1_000,
    probe: 'redis',
    outcome: 'ok',
    tookMs: 1,
    values: Object.fromEntries(values),
  };
}
