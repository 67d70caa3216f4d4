import { describe, expect, it, test } from 'vitest';
import { seeded } from '../stats/seeded-samples.ts';
import { start, watchBuilt } from './built-watch.ts';

/** From the first second of what `happens` to the first alarm of `signal`; null when there is none in a minute. */
function secondsToAlarm(happens: Parameters<ReturnType<typeof watchBuilt>['pass']>[1], signal = 'answers') {
  const watched = watchBuilt();
  watched.calibrate();
  const from = watched.now();
  for (let second = 1; second <= 60; second += 1) {
    watched.pass(1, happens);
    const alarm = watched.alarms().find((one) => one.signal === signal);
    if (alarm !== undefined) return (alarm.t - from) / 1_000;
  }
  return null;
}

describe('answers that are bad', () => {
  test.each([
    ['all errors', { errors: 100, inFlight: 2 }, 1],
    ['all slow', { slow: 100, inFlight: 80 }, 1],
    ['a tenth errors', { good: 90, errors: 10, inFlight: 2 }, 2],
    ['5 % errors', { good: 95, errors: 5, inFlight: 2 }, 3],
    ['2 % errors', { good: 98, errors: 2, inFlight: 2 }, 8],
  ])('%s are found within seconds', (_, happens, atMost) => {
    expect(secondsToAlarm(happens) ?? 60).toBeLessThanOrEqual(atMost);
  });

  it('one error in a thousand is none of its business', () => {
    const watched = watchBuilt();
    watched.calibrate();
    for (let n = 0; n < 60; n += 1) {
      watched.pass(9);
      watched.pass(1, { good: 99, errors: 1, inFlight: 2 });
    }
    expect(watched.alarms()).toEqual([]);
  });
});

describe('answers that are missing', () => {
  it('are found in the second after requests begin to hang, without a single error', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(1, { good: 50, inFlight: 50 });
    watched.pass(1, { inFlight: 150 });
    expect(watched.alarms()).toMatchObject([{ signal: 'answers', rule: 'cusum' }]);
  });

  it('are found when a part of the requests goes through', () => {
    expect(secondsToAlarm({ good: 20, inFlight: 60 })).toBe(1);
  });

  it('are found when the load can keep only a few waiting', () => {
    expect(secondsToAlarm({ inFlight: 20 })).toBe(1);
  });

  it('are found when the requests do not get as far as the count, by the canary that is lost, too', () => {
    expect(secondsToAlarm({ canary: 'bad' })).toBe(1);
  });

  it('are not missing at the end of a load', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(20);
    watched.pass(1, { good: 40, inFlight: 3 });
    watched.pass(1, { good: 3 });
    watched.pass(120, {});
    expect(watched.alarms()).toEqual([]);
  });

  it('are not missing while a load grows less', () => {
    const watched = watchBuilt();
    watched.calibrate();
    for (let good = 100; good >= 0; good -= 5) watched.pass(1, { good, inFlight: 2 });
    expect(watched.alarms()).toEqual([]);
  });

  it('are not missing when a surge that was answered is over', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(12, { good: 800, inFlight: 16 });
    watched.pass(60);
    expect(watched.alarms()).toEqual([]);
  });

  it('are found when a surge hangs, and alarm once', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(1, { good: 200, inFlight: 600 });
    watched.pass(1, { inFlight: 1_400 });
    watched.pass(60);
    expect(watched.alarms()).toMatchObject([{ signal: 'answers', rule: 'cusum' }]);
  });

  it('are not missing under a load that grows', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(30, { good: 500, inFlight: 40 });
    expect(watched.alarms()).toEqual([]);
  });

  it('are all that is usual in a second in which the process could not be scraped', () => {
    expect(secondsToAlarm({ scrape: 'failed' })).toBe(1);
  });
});

describe('no alarm', () => {
  it('comes in half an hour of a load that varies as loads do', () => {
    const random = seeded(5);
    const watched = watchBuilt();
    const vary = (seconds: number) => {
      for (let n = 0; n < seconds; n += 1) {
        const good = Math.round(70 + 20 * (random() + random() + random()));
        const slow = random() < 0.02 ? 1 : 0;
        watched.pass(1, { good, slow, inFlight: Math.floor(12 * random() ** 3) });
      }
    };
    watched.pass(3, {});
    vary(1_800);
    expect(watched.ready()).toMatchObject({ error: null });
    expect(watched.alarms()).toEqual([]);
  });

  it('comes from one pause that made a fifth of a second slow', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(1, { good: 80, slow: 20, inFlight: 30 });
    watched.pass(60);
    expect(watched.alarms()).toEqual([]);
  });

  it('comes from a process that begins its counters anew', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.service.restart();
    watched.pass(30);
    expect(watched.alarms().map(({ signal }) => signal)).toEqual(['restarts']);
  });

  it('comes while it learns', () => {
    const watched = watchBuilt();
    watched.pass(10);
    watched.pass(5, { errors: 100 });
    expect(watched.words).toEqual([]);
  });
});

describe('an alarm', () => {
  it('comes once in an outage, and again in the next', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(60, { errors: 100 });
    expect(watched.alarms()).toHaveLength(1);
    watched.pass(5);
    watched.pass(20, { errors: 100 });
    expect(watched.alarms()).toHaveLength(1);
    watched.pass(60);
    watched.pass(20, { errors: 100 });
    expect(watched.alarms()).toHaveLength(2);
  });

  it('of the burn rate stands beside it, later for few errors', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(60, { good: 95, errors: 5, inFlight: 2 });
    const words = watched.words.flatMap((word) => (word.kind === 'alarm' ? [word] : []));
    expect(words.map(({ rule }) => rule)).toEqual(['cusum', 'burn-rate']);
    expect((words[1]?.t ?? 0) - (words[0]?.t ?? 0)).toBeGreaterThan(2_000);
    expect(words[1]).toMatchObject({ signal: 'answers', limit: 14.4 });
  });
});

describe('what it learns', () => {
  it('begins with the first second of traffic, and the canary is none', () => {
    const watched = watchBuilt();
    watched.pass(60, {});
    expect(watched.ready()).toBeUndefined();
    watched.pass(21);
    expect(watched.ready()).toMatchObject({ t: start + 81_000 });
  });

  it('is the upper bound of what was bad, of all answers', () => {
    const watched = watchBuilt();
    watched.calibrate();
    const signal = watched.ready()?.signals.find(({ name }) => name === 'answers');
    expect(signal).toMatchObject({ limit: 12, samples: 1_900 });
    expect(signal?.p0).toBeCloseTo(2.706 / 1_902.7, 5);
    expect(signal?.p1).toBeCloseTo(27.06 / 1_902.7, 4);
  });

  it('is no ground when it was bad already: it says so, and does not judge that signal', () => {
    const watched = watchBuilt();
    watched.calibrate({ good: 90, errors: 10 });
    expect(watched.ready()?.error).toBe(
      'answers: 190 of 1900 were bad while it was calibrated, that is no ground to judge by',
    );
    expect(watched.ready()?.signals.map(({ name }) => name)).toEqual(['canary', 'restarts', 'scrapes']);
    watched.pass(30, { errors: 100 });
    expect(watched.alarms()).toEqual([]);
  });

  it('leaves out the first two seconds, which are cold', () => {
    const watched = watchBuilt();
    watched.pass(1, {});
    watched.pass(2, { slow: 100, inFlight: 60 });
    watched.pass(19);
    expect(watched.ready()?.signals[0]).toMatchObject({ name: 'answers', limit: 12 });
    expect(watched.ready()?.signals[0]?.p0).toBeLessThan(0.002);
  });

  it('raises the limit above the bursts that it saw', () => {
    const watched = watchBuilt();
    watched.pass(10);
    watched.pass(3, { good: 88, slow: 12, inFlight: 10 });
    watched.pass(10);
    expect(watched.ready()?.signals.find(({ name }) => name === 'answers')?.limit).toBeGreaterThan(12);
  });
});
