import { expect, test } from 'vitest';
import { describeLoad } from '../../../src/load/load-model.ts';
import { formatGoDuration, parseGoDuration } from '../../../src/record/go-duration.ts';

test.each([
  [
    'a fixed number of users',
    { executor: 'constant-vus', vus: 100, duration: '1m0s' },
    'closed',
    '100 VU · 60s',
    60_000,
  ],
  [
    'a fixed rate of arrivals',
    {
      executor: 'constant-arrival-rate',
      rate: 500,
      timeUnit: null,
      duration: '1m0s',
      preAllocatedVUs: 50,
      maxVUs: 200,
    },
    'open',
    'arrival rate 500/s · 60s · ≤ 200 VU',
    60_000,
  ],
  [
    'a rate per minute',
    {
      executor: 'constant-arrival-rate',
      rate: 90,
      timeUnit: '1m0s',
      duration: '10m0s',
      preAllocatedVUs: 5,
      maxVUs: null,
    },
    'open',
    'arrival rate 1.5/s · 10m · ≤ 5 VU',
    600_000,
  ],
  [
    'a ramp of users',
    {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '10s', target: 50 },
        { duration: '30s', target: 50 },
        { duration: '5s', target: 0 },
      ],
    },
    'closed',
    '0 → 50 → 0 VU · 45s',
    45_000,
  ],
  [
    'a ramp of arrivals that begins late',
    {
      executor: 'ramping-arrival-rate',
      startTime: '5s',
      startRate: 10,
      stages: [{ duration: '20s', target: 100 }],
      preAllocatedVUs: 10,
      maxVUs: 40,
    },
    'open',
    'arrival rate 10 → 100/s · 20s · ≤ 40 VU',
    25_000,
  ],
  [
    'shared iterations',
    { executor: 'shared-iterations', vus: 2, iterations: 30 },
    'closed',
    '2 VU · 30 iterations',
    600_000,
  ],
  [
    'iterations for each user',
    { executor: 'per-vu-iterations', vus: 4, iterations: 5, maxDuration: '20s' },
    'closed',
    '4 VU × 5 iterations',
    20_000,
  ],
])('%s is described in k6’s terms', (_, executor, model, shape, plannedMs) => {
  expect(describeLoad({ main: executor })).toEqual({ model, shape, plannedMs });
});

test('users and arrivals side by side are a mixed model, as long as the later of both', () => {
  const description = describeLoad({
    browse: { executor: 'constant-vus', vus: 5, duration: '30s' },
    buy: { executor: 'constant-arrival-rate', startTime: '10s', rate: 20, duration: '30s', preAllocatedVUs: 9 },
  });
  expect(description).toEqual({
    model: 'mixed',
    shape: '5 VU · 30s + arrival rate 20/s · 30s · ≤ 9 VU',
    plannedMs: 40_000,
  });
});

const arrivals = (rate: number, startTime: string, duration = '5s') => ({
  executor: 'constant-arrival-rate',
  rate,
  startTime,
  duration,
  preAllocatedVUs: 20,
  maxVUs: rate * 4,
});

test('arrivals in steps are one line of levels, in the order of time whatever their names', () => {
  const steps = { step_10: arrivals(450, '10s'), step_1: arrivals(200, '0s'), step_2: arrivals(300, '5s') };
  expect(describeLoad(steps)).toEqual({
    model: 'open',
    shape: 'arrival rate 200 → 300 → 450/s · 3 × 5s · ≤ 1800 VU',
    plannedMs: 15_000,
  });
  const spike = {
    after: arrivals(20, '12s', '8s'),
    before: arrivals(20, '0s', '10s'),
    spike: arrivals(200, '10s', '2s'),
  };
  expect(describeLoad(spike).shape).toBe('arrival rate 20 → 200 → 20/s · 10s → 2s → 8s · ≤ 800 VU');
});

test('what follows in turn is told by an arrow, what overlaps by a plus', () => {
  const users = { executor: 'constant-vus', vus: 3, duration: '5s', startTime: '5s' };
  expect(describeLoad({ a: arrivals(200, '0s'), b: users }).shape).toBe(
    'arrival rate 200/s · 5s · ≤ 800 VU → 3 VU · 5s',
  );
  expect(describeLoad({ a: arrivals(200, '1s'), b: users }).shape).toBe(
    'arrival rate 200/s · 5s · ≤ 800 VU + 3 VU · 5s',
  );
});

test.each([
  ['1m0s', 60_000],
  ['1h2m3.5s', 3_723_500],
  ['500ms', 500],
  ['1.5µs', 0.0015],
  ['0s', 0],
  ['0', 0],
  ['soon', null],
  ['5s later', null],
])('Go’s duration %s is read', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test.each([
  [500, '500ms'],
  [1_500, '1.5s'],
  [60_000, '60s'],
  [90_000, '90s'],
  [600_000, '10m'],
  [150_000, '150s'],
  [7_200_000, '2h'],
])('%i ms is written as %s', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text);
});
