import { expect, test } from 'vitest';
import { baseUrl, duration, fraction, milliseconds, whole } from '../../../scenarios/lib/parameters.ts';
import { readLoadShape } from '../../../scenarios/lib/profile.ts';

const defaults = { name: 'coupon', thinkMax: 0.4, rates: { open: 500, stress: 400, spike: 200, soak: 150 } };

function shapeOf(env: Record<string, string>) {
  return readLoadShape(env, defaults);
}

/** The only scenario of a profile without steps. */
function only(env: Record<string, string>) {
  const { coupon } = shapeOf(env).scenarios;
  if (coupon === undefined) throw new Error('no scenario of the name');
  return coupon;
}

test('the default is 100 users for 60 s with think time', () => {
  expect(shapeOf({})).toEqual({
    scenarios: { coupon: { executor: 'constant-vus', vus: 100, duration: '60s', gracefulStop: '12s' } },
    steps: [],
    open: false,
    thinkMax: 0.4,
    crowd: null,
  });
});

test('an empty value counts as not given', () => {
  const empty = {
    LOADKIT_PROFILE: '',
    LOADKIT_VUS: '',
    LOADKIT_DURATION: '',
    LOADKIT_RATE: '',
    THINK_MAX: '',
    STEPS: '',
  };
  expect(shapeOf(empty)).toEqual(shapeOf({}));
});

test('users, duration and think time change one thing of a profile each', () => {
  expect(only({ LOADKIT_VUS: '7' })).toMatchObject({ vus: 7, duration: '60s' });
  expect(only({ LOADKIT_DURATION: '1m30s' })).toMatchObject({ vus: 100, duration: '1m30s' });
  expect(shapeOf({ THINK_MAX: '0' })).toMatchObject({ thinkMax: 0 });
  expect(only({ LOADKIT_PROFILE: 'smoke' })).toMatchObject({ vus: 3, duration: '5s' });
});

test('iterations are a total that the users share, and a duration is then their limit, as in k6', () => {
  expect(only({ LOADKIT_ITERATIONS: '1000' })).toMatchObject({
    executor: 'shared-iterations',
    vus: 100,
    iterations: 1000,
    maxDuration: '10m',
  });
  expect(only({ LOADKIT_ITERATIONS: '1000', LOADKIT_DURATION: '20s' })).toMatchObject({ maxDuration: '20s' });
});

test('few iterations use fewer users than the profile has, but never fewer than were asked for', () => {
  expect(only({ LOADKIT_ITERATIONS: '5' })).toMatchObject({ vus: 5, iterations: 5 });
  expect(() => shapeOf({ LOADKIT_ITERATIONS: '5', LOADKIT_VUS: '6' })).toThrow(
    '--iterations (LOADKIT_ITERATIONS): expected at least one for each of the 6 VUs, found "5"',
  );
});

test('an open profile keeps its rate with users in reserve and thinks of nothing', () => {
  expect(shapeOf({ LOADKIT_PROFILE: 'open' })).toEqual({
    scenarios: {
      coupon: {
        executor: 'constant-arrival-rate',
        rate: 500,
        timeUnit: '1s',
        duration: '60s',
        preAllocatedVUs: 250,
        maxVUs: 2000,
        gracefulStop: '12s',
      },
    },
    steps: [],
    open: true,
    thinkMax: 0,
    crowd: null,
  });
});

test('a soak is a steady rate for half an hour, with users enough that its last arrivals are like its first', () => {
  expect(shapeOf({ LOADKIT_PROFILE: 'soak' })).toMatchObject({
    scenarios: { coupon: { executor: 'constant-arrival-rate', rate: 150, duration: '30m' } },
    steps: [],
    open: true,
    crowd: 270_000,
  });
  const short = shapeOf({ LOADKIT_PROFILE: 'soak', LOADKIT_RATE: '10', LOADKIT_DURATION: '1m30s' });
  expect(short).toMatchObject({ scenarios: { coupon: { rate: 10, duration: '1m30s' } }, crowd: 900 });
});

test('users of an open profile are bounded at every rate, and an explicit number is that bound', () => {
  for (const rate of ['1', '100', '5000', '100000']) {
    const scenario = only({ LOADKIT_PROFILE: 'open', LOADKIT_RATE: rate });
    if (scenario.executor !== 'constant-arrival-rate') throw new Error(scenario.executor);
    expect(scenario.rate).toBe(Number(rate));
    expect(scenario.preAllocatedVUs).toBeLessThanOrEqual(scenario.maxVUs ?? 0);
    expect(scenario.maxVUs).toBeLessThanOrEqual(2000);
  }
  expect(only({ LOADKIT_PROFILE: 'open', LOADKIT_VUS: '10' })).toMatchObject({ preAllocatedVUs: 10, maxVUs: 10 });
});

test('the warm-up is the same whatever is asked of the measured load', () => {
  const plain = shapeOf({ LOADKIT_PROFILE: 'warmup' });
  const asked = { LOADKIT_RATE: '9', LOADKIT_VUS: '500', LOADKIT_ITERATIONS: '1', THINK_MAX: '60', STEPS: '3' };
  expect(plain.scenarios.coupon).toMatchObject({ executor: 'constant-vus', duration: '4s' });
  expect(shapeOf({ ...asked, LOADKIT_PROFILE: 'warmup' })).toEqual(plain);
});

const closedRate = '--rate (LOADKIT_RATE): a closed profile has no arrival rate, use --profile open';
const names = 'load, smoke, open, stress, spike, soak, warmup';

test.each([
  [{ LOADKIT_RATE: '50' }, closedRate],
  [{ LOADKIT_PROFILE: 'smoke', LOADKIT_RATE: '50' }, closedRate],
  [{ LOADKIT_PROFILE: 'open', LOADKIT_ITERATIONS: '50' }, '--iterations (LOADKIT_ITERATIONS): profile open runs for'],
  [{ LOADKIT_PROFILE: 'open', THINK_MAX: '1' }, 'THINK_MAX: in profile open the arrival rate sets the pace'],
  [
    { LOADKIT_PROFILE: 'stress', LOADKIT_ITERATIONS: '50' },
    '--iterations (LOADKIT_ITERATIONS): profile stress runs for',
  ],
  [{ LOADKIT_PROFILE: 'spike', THINK_MAX: '1' }, 'THINK_MAX: in profile spike the arrival rate sets the pace'],
  [{ LOADKIT_PROFILE: 'soak', THINK_MAX: '1' }, 'THINK_MAX: in profile soak the arrival rate sets the pace'],
  [{ STEPS: '3' }, 'STEPS: only profile stress has steps, use --profile stress, found "3"'],
  [{ LOADKIT_PROFILE: 'spike', STEP_FACTOR: '3' }, 'STEP_FACTOR: only profile stress has steps'],
  [{ LOADKIT_PROFILE: 'stress', SPIKE_FACTOR: '3' }, 'SPIKE_FACTOR: only profile spike has a spike'],
  [{ LOADKIT_PROFILE: 'open', SPIKE_START: '3s' }, 'SPIKE_START: only profile spike has a spike'],
  [{ SPIKE_DURATION: '3s' }, 'SPIKE_DURATION: only profile spike has a spike'],
  [{ LOADKIT_PROFILE: 'lod' }, `--profile (LOADKIT_PROFILE): expected one of ${names}, found "lod"`],
  [{ LOADKIT_VUS: '0' }, '--vus (LOADKIT_VUS): expected a whole number from 1 to 100000, found "0"'],
  [{ LOADKIT_VUS: '2.5' }, 'found "2.5"'],
  [{ LOADKIT_DURATION: '60' }, '--duration (LOADKIT_DURATION): expected a duration such as 30s or 1m30s, found "60"'],
  [{ LOADKIT_DURATION: '0s' }, 'found "0s"'],
  [{ THINK_MAX: '-1' }, 'THINK_MAX: expected a number from 0 to 3600, found "-1"'],
])('%o is refused with the key, what was expected and what was found', (env, message) => {
  expect(() => readLoadShape(env, defaults)).toThrow(message);
});

test('parameters are decoded or refused, never guessed', () => {
  expect(whole({ USERS: '12' }, 'USERS', 1, { min: 1, max: 20 })).toBe(12);
  expect(() => whole({ USERS: '21' }, 'USERS', 1, { min: 1, max: 20 })).toThrow(
    'USERS: expected a whole number from 1 to 20',
  );
  expect(() => whole({ USERS: '1e1' }, 'USERS', 1, { min: 1, max: 20 })).toThrow('found "1e1"');
  expect(fraction({ SHARE: '.25' }, 'SHARE', 0, { min: 0, max: 1 })).toBe(0.25);
  expect(() => fraction({ SHARE: '25%' }, 'SHARE', 0, { min: 0, max: 1 })).toThrow('found "25%"');
  expect(duration({}, 'X')).toBeNull();
  expect(duration({ X: '1h2m3.5s400ms' }, 'X')).toBe('1h2m3.5s400ms');
  expect(milliseconds('1h2m3.5s400ms')).toBe(3_723_900);
  expect(milliseconds('1m')).toBe(60_000);
  expect(baseUrl({ BASE_URL: 'http://127.0.0.1:9/' })).toBe('http://127.0.0.1:9');
  expect(() => baseUrl({ BASE_URL: '127.0.0.1:9' })).toThrow('BASE_URL: expected an address that begins with');
});
