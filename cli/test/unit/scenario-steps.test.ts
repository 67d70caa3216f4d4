import { expect, test } from 'vitest';
import { couponFixture, readUsers } from '../../../scenarios/lib/crowd.ts';
import { readLoadShape } from '../../../scenarios/lib/profile.ts';
import { thresholdsOf } from '../../../scenarios/lib/steps.ts';

const defaults = { name: 'coupon', thinkMax: 0.4, rates: { open: 500, stress: 400, spike: 200, soak: 150 } };
const limits = { 'http_req_duration{name:a}': ['p(95)<100', 'p(99)<300'], http_req_failed: ['rate<0.01'] };

function stress(env: Record<string, string> = {}) {
  return readLoadShape({ LOADKIT_PROFILE: 'stress', ...env }, defaults);
}

function spike(env: Record<string, string> = {}) {
  return readLoadShape({ LOADKIT_PROFILE: 'spike', ...env }, defaults);
}

test('stress goes up in steps without a break between them, each a scenario of k6', () => {
  const shape = stress({ LOADKIT_RATE: '200', LOADKIT_DURATION: '5s', STEPS: '3' });
  expect(shape.scenarios).toMatchObject({
    step_1: { executor: 'constant-arrival-rate', rate: 200, duration: '5000ms', startTime: '0ms', gracefulStop: '12s' },
    step_2: { executor: 'constant-arrival-rate', rate: 300, duration: '5000ms', startTime: '5000ms' },
    step_3: { executor: 'constant-arrival-rate', rate: 450, duration: '5000ms', startTime: '10000ms' },
  });
  expect(shape).toMatchObject({ open: true, thinkMax: 0, crowd: 4_750 });
});

test('by default stress has eight steps of 15 s, each one and a half times the last', () => {
  const { steps } = stress();
  expect(steps.map(({ rate }) => rate)).toEqual([400, 600, 900, 1350, 2025, 3038, 4556, 6834]);
  expect(steps.every(({ lengthMs }) => lengthMs === 15_000)).toBe(true);
});

test('a step is higher than the last even where the factor is too small for whole numbers', () => {
  expect(stress({ LOADKIT_RATE: '1', STEPS: '4', STEP_FACTOR: '1.1' }).steps.map(({ rate }) => rate)).toEqual([
    1, 2, 3, 4,
  ]);
});

test('no two steps have an iteration of the same number, k6 starting one more than planned included', () => {
  for (const shape of [stress({ STEPS: '5' }), spike()]) {
    let next = 0;
    for (const { firstIteration, arrivals } of shape.steps) {
      expect(firstIteration).toBeGreaterThanOrEqual(next);
      next = firstIteration + arrivals + 1;
    }
  }
});

test('each step of stress has to keep the limits and drop nothing, and k6 stops where one does not', () => {
  const shape = stress({ LOADKIT_DURATION: '5s', STEPS: '2' });
  const gated = (threshold: string, delayAbortEval: string) => [{ threshold, abortOnFail: true, delayAbortEval }];
  expect(thresholdsOf(shape, limits)).toEqual({
    'http_req_duration{name:a,scenario:step_1}': gated('p(95)<100', '2500ms'),
    'http_req_failed{scenario:step_1}': gated('rate<0.01', '2500ms'),
    'dropped_iterations{scenario:step_1}': gated('count==0', '2500ms'),
    'http_req_duration{scenario:step_1,expected_response:true}': [],
    'http_reqs{scenario:step_1}': [],
    'http_req_duration{name:a,scenario:step_2}': gated('p(95)<100', '7500ms'),
    'http_req_failed{scenario:step_2}': gated('rate<0.01', '7500ms'),
    'dropped_iterations{scenario:step_2}': gated('count==0', '7500ms'),
    'http_req_duration{scenario:step_2,expected_response:true}': [],
    'http_reqs{scenario:step_2}': [],
  });
});

test('spike is few arrivals, ten times as many, and few again; only before and after it must the limits hold', () => {
  const shape = spike();
  expect(shape.steps.map(({ name, rate, lengthMs }) => [name, rate, lengthMs])).toEqual([
    ['before', 200, 15_000],
    ['spike', 2_000, 10_000],
    ['recovery', 200, 15_000],
    ['after', 200, 20_000],
  ]);
  expect(thresholdsOf(shape, limits)).toMatchObject({
    'http_req_duration{name:a,scenario:before}': ['p(95)<100'],
    'http_req_duration{name:a,scenario:spike}': [],
    'dropped_iterations{scenario:spike}': [],
    'http_req_failed{scenario:recovery}': [],
    'http_req_failed{scenario:after}': ['rate<0.01'],
    'dropped_iterations{scenario:after}': ['count==0'],
  });
});

test('rate, duration and factor change one thing of a spike each', () => {
  const { steps } = spike({ LOADKIT_RATE: '30', LOADKIT_DURATION: '12s', SPIKE_FACTOR: '2.5' });
  expect(steps.map(({ rate }) => rate)).toEqual([30, 75, 30, 30]);
  expect(steps.map(({ lengthMs }) => lengthMs)).toEqual([3_000, 2_000, 3_000, 4_000]);
});

test('a spike may begin at a given moment and last a given time', () => {
  const { steps } = spike({ LOADKIT_DURATION: '47s', SPIKE_START: '23500ms', SPIKE_DURATION: '4s', SPIKE_FACTOR: '8' });
  expect(steps.map(({ name, rate, startMs }) => [name, rate, startMs])).toEqual([
    ['before', 200, 0],
    ['spike', 1_600, 23_500],
    ['recovery', 200, 27_500],
    ['after', 200, 35_857],
  ]);
  expect(steps.reduce((sum, { lengthMs }) => sum + lengthMs, 0)).toBe(47_000);
});

test('a spike in which many wait has as many users from the beginning', () => {
  const { scenarios } = spike({ LOADKIT_RATE: '40', SPIKE_FACTOR: '8', SPIKE_VUS: '500' });
  expect(scenarios.before).toMatchObject({ preAllocatedVUs: 20 });
  expect(scenarios.spike).toMatchObject({ rate: 320, preAllocatedVUs: 500, maxVUs: 1_280 });
  expect(spike({ LOADKIT_RATE: '40', SPIKE_VUS: '1700' }).scenarios.spike).toMatchObject({ maxVUs: 1_700 });
});

test('without steps the limits are those of the whole run, and an open profile drops nothing besides', () => {
  expect(thresholdsOf(readLoadShape({}, defaults), limits)).toEqual(limits);
  const open = readLoadShape({ LOADKIT_PROFILE: 'soak' }, defaults);
  expect(thresholdsOf(open, limits)).toEqual({ ...limits, dropped_iterations: ['count==0'] });
});

test('a rising or long load has a user and a coupon for each arrival, within what a fixture can hold', () => {
  const fixtureOf = (env: Record<string, string>) => {
    const shape = readLoadShape(env, defaults);
    return couponFixture(shape, readUsers(env, shape));
  };
  expect(fixtureOf({})).toEqual({ USERS: '20000' });
  expect(fixtureOf({ LOADKIT_PROFILE: 'open' })).toEqual({ USERS: '20000' });
  expect(fixtureOf({ LOADKIT_PROFILE: 'soak' })).toEqual({ USERS: '270000', COUPON_STOCK: '270000' });
  expect(fixtureOf({ LOADKIT_PROFILE: 'soak', LOADKIT_DURATION: '10h' })).toMatchObject({ USERS: '500000' });
  expect(fixtureOf({ LOADKIT_PROFILE: 'spike', LOADKIT_DURATION: '6s' })).toMatchObject({ USERS: '20000' });
  expect(fixtureOf({ LOADKIT_PROFILE: 'soak', USERS: '7' })).toEqual({ USERS: '7', COUPON_STOCK: '7' });
});

test.each([
  [{ LOADKIT_PROFILE: 'stress', STEPS: '1' }, 'STEPS: expected a whole number from 2 to 50, found "1"'],
  [{ LOADKIT_PROFILE: 'stress', STEPS: '51' }, 'found "51"'],
  [{ LOADKIT_PROFILE: 'stress', STEP_FACTOR: '1' }, 'STEP_FACTOR: expected a number from 1.01 to 100, found "1"'],
  [
    { LOADKIT_PROFILE: 'stress', LOADKIT_DURATION: '900ms' },
    '--duration (LOADKIT_DURATION): expected at least 1s for each step, found "900ms"',
  ],
  [
    { LOADKIT_PROFILE: 'stress', LOADKIT_RATE: '900000' },
    '--rate (LOADKIT_RATE): expected at most 1000000 arrivals a second, found "15377344 in the last step"',
  ],
  [{ LOADKIT_PROFILE: 'stress', STEP_FACTOR: '50' }, 'STEP_FACTOR: expected at most 1000000 arrivals a second'],
  [
    { LOADKIT_PROFILE: 'spike', LOADKIT_DURATION: '5s' },
    '--duration (LOADKIT_DURATION): expected at least 1s for each of before, spike, recovery and after, found "5s, of which spike would have 0.833s"',
  ],
  [
    { LOADKIT_PROFILE: 'spike', LOADKIT_DURATION: '20s', SPIKE_START: '18s', SPIKE_DURATION: '3s' },
    'found "20s, of which recovery would have 0s"',
  ],
  [{ LOADKIT_PROFILE: 'spike', SPIKE_START: 'soon' }, 'SPIKE_START: expected a duration such as 30s or 1m30s'],
  [{ LOADKIT_PROFILE: 'spike', SPIKE_FACTOR: '0.5' }, 'SPIKE_FACTOR: expected a number from 1.01 to 1000, found "0.5"'],
  [{ LOADKIT_PROFILE: 'spike', LOADKIT_RATE: '200000' }, 'found "2000000 in the spike"'],
])('%o is refused with the key, what was expected and what was found', (env, message) => {
  expect(() => readLoadShape(env, defaults)).toThrow(message);
});
