import { expect, test } from 'vitest';
import { baseUrl, duration, fraction, whole } from '../../../scenarios/lib/parameters.ts';
import { readLoadShape } from '../../../scenarios/lib/profile.ts';

const defaults = { thinkMax: 0.4, rate: 500 };

test('the default is 100 users for 60 s with think time', () => {
  expect(readLoadShape({}, defaults)).toEqual({
    scenario: { executor: 'constant-vus', vus: 100, duration: '60s', gracefulStop: '12s' },
    thinkMax: 0.4,
    thresholds: {},
  });
});

test('an empty value counts as not given', () => {
  const empty = { LOADKIT_PROFILE: '', LOADKIT_VUS: '', LOADKIT_DURATION: '', LOADKIT_RATE: '', THINK_MAX: '' };
  expect(readLoadShape(empty, defaults)).toEqual(readLoadShape({}, defaults));
});

test('users, duration and think time change one thing of a profile each', () => {
  expect(readLoadShape({ LOADKIT_VUS: '7' }, defaults).scenario).toMatchObject({ vus: 7, duration: '60s' });
  expect(readLoadShape({ LOADKIT_DURATION: '1m30s' }, defaults).scenario).toMatchObject({
    vus: 100,
    duration: '1m30s',
  });
  expect(readLoadShape({ THINK_MAX: '0' }, defaults)).toMatchObject({ thinkMax: 0 });
  expect(readLoadShape({ LOADKIT_PROFILE: 'smoke' }, defaults).scenario).toMatchObject({ vus: 3, duration: '5s' });
});

test('iterations are a total that the users share, and a duration is then their limit, as in k6', () => {
  expect(readLoadShape({ LOADKIT_ITERATIONS: '1000' }, defaults).scenario).toMatchObject({
    executor: 'shared-iterations',
    vus: 100,
    iterations: 1000,
    maxDuration: '10m',
  });
  expect(readLoadShape({ LOADKIT_ITERATIONS: '1000', LOADKIT_DURATION: '20s' }, defaults).scenario).toMatchObject({
    maxDuration: '20s',
  });
});

test('few iterations use fewer users than the profile has, but never fewer than were asked for', () => {
  expect(readLoadShape({ LOADKIT_ITERATIONS: '5' }, defaults).scenario).toMatchObject({ vus: 5, iterations: 5 });
  expect(() => readLoadShape({ LOADKIT_ITERATIONS: '5', LOADKIT_VUS: '6' }, defaults)).toThrow(
    '--iterations (LOADKIT_ITERATIONS): expected at least one for each of the 6 VUs, found "5"',
  );
});

test('an open profile keeps its rate with users in reserve, thinks of nothing and allows no dropped arrival', () => {
  expect(readLoadShape({ LOADKIT_PROFILE: 'open' }, defaults)).toEqual({
    scenario: {
      executor: 'constant-arrival-rate',
      rate: 500,
      timeUnit: '1s',
      duration: '60s',
      preAllocatedVUs: 250,
      maxVUs: 2000,
      gracefulStop: '12s',
    },
    thinkMax: 0,
    thresholds: { dropped_iterations: ['count==0'] },
  });
});

test('users of an open profile are bounded at every rate, and an explicit number is that bound', () => {
  for (const rate of ['1', '100', '5000', '100000']) {
    const { scenario } = readLoadShape({ LOADKIT_PROFILE: 'open', LOADKIT_RATE: rate }, defaults);
    if (scenario.executor !== 'constant-arrival-rate') throw new Error(scenario.executor);
    expect(scenario.rate).toBe(Number(rate));
    expect(scenario.preAllocatedVUs).toBeLessThanOrEqual(scenario.maxVUs ?? 0);
    expect(scenario.maxVUs).toBeLessThanOrEqual(2000);
  }
  expect(readLoadShape({ LOADKIT_PROFILE: 'open', LOADKIT_VUS: '10' }, defaults).scenario).toMatchObject({
    preAllocatedVUs: 10,
    maxVUs: 10,
  });
});

test('the warm-up is the same whatever is asked of the measured load', () => {
  const plain = readLoadShape({ LOADKIT_PROFILE: 'warmup' }, defaults);
  const asked = { LOADKIT_RATE: '9', LOADKIT_VUS: '500', LOADKIT_ITERATIONS: '1', THINK_MAX: '60' };
  expect(plain.scenario).toMatchObject({ executor: 'constant-vus', duration: '3s' });
  expect(readLoadShape({ ...asked, LOADKIT_PROFILE: 'warmup' }, defaults)).toEqual(plain);
});

test.each([
  [{ LOADKIT_RATE: '50' }, '--rate (LOADKIT_RATE): a closed profile has no arrival rate, use --profile open'],
  [{ LOADKIT_PROFILE: 'open', LOADKIT_ITERATIONS: '50' }, '--iterations (LOADKIT_ITERATIONS): profile open runs for'],
  [{ LOADKIT_PROFILE: 'open', THINK_MAX: '1' }, 'THINK_MAX: in profile open the arrival rate sets the pace'],
  [{ LOADKIT_PROFILE: 'lod' }, '--profile (LOADKIT_PROFILE): expected one of load, smoke, open, warmup, found "lod"'],
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
  expect(baseUrl({ BASE_URL: 'http://127.0.0.1:9/' })).toBe('http://127.0.0.1:9');
  expect(() => baseUrl({ BASE_URL: '127.0.0.1:9' })).toThrow('BASE_URL: expected an address that begins with');
});
