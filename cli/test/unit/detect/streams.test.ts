import { describe, expect, it } from 'vitest';
import { metricKey } from '../../../src/record/metric-key.ts';
import { order, watchBuilt } from './built-watch.ts';

const calm = { good: 100, inFlight: 2 };
const watching = (watch: Partial<typeof order.watch>) => ({ watch: { ...order.watch, ...watch } });

describe('the canary', () => {
  it('alarms within two seconds when it is not answered any more', () => {
    const watched = watchBuilt();
    watched.calibrate();
    watched.pass(2, { ...calm, canary: 'bad' });
    expect(watched.alarms()).toMatchObject([{ signal: 'canary', rule: 'cusum' }]);
  });

  it('does not mind a single one that was late', () => {
    const watched = watchBuilt();
    watched.calibrate();
    for (let n = 0; n < 60; n += 1) {
      if (n % 20 === 0) watched.hear({ kind: 'canary', t: watched.now(), good: false });
      watched.pass(1);
    }
    expect(watched.alarms()).toEqual([]);
  });

  it('is no signal where none is asked', () => {
    const watched = watchBuilt({ canaryUrl: null });
    watched.calibrate();
    expect(watched.ready()?.signals.map(({ name }) => name)).toEqual(['answers', 'restarts', 'scrapes']);
  });
});

describe('a backlog', () => {
  const lag = metricKey('redis_stream_lag', { stream: 'coupon:issued', group: 'coupon-writer' });
  const waiting = (entries: number) => ({ ...calm, redis: { [lag]: entries } });
  const watchBacklog = () => {
    const watched = watchBuilt(watching({ backlog: ['redis_stream_lag'] }));
    watched.calibrate(waiting(30));
    return watched;
  };

  it('alarms when it has not been down to what is usual for as long as it may be late', () => {
    const watched = watchBacklog();
    watched.pass(60, waiting(50));
    expect(watched.alarms()).toEqual([]);
    watched.pass(4, waiting(51));
    expect(watched.alarms()).toEqual([]);
    watched.pass(1, waiting(51));
    expect(watched.alarms()).toMatchObject([
      { signal: 'backlog:redis_stream_lag', rule: 'limit', value: 5_000, limit: 5_000 },
    ]);
    watched.pass(60, waiting(500));
    expect(watched.alarms()).toHaveLength(1);
  });

  it('may be as many times as high in a surge, as long as it is no higher', () => {
    const watched = watchBacklog();
    watched.pass(12, { ...waiting(390), good: 800, inFlight: 16 });
    watched.pass(12, waiting(30));
    expect(watched.alarms()).toEqual([]);
    watched.pass(12, { ...waiting(410), good: 800, inFlight: 16 });
    expect(watched.alarms()).toMatchObject([{ signal: 'backlog:redis_stream_lag', rule: 'limit' }]);
  });

  it('of a service that answers as usual alarms as high as in a surge', () => {
    const watched = watchBacklog();
    watched.pass(6, waiting(390));
    expect(watched.alarms()).toMatchObject([{ signal: 'backlog:redis_stream_lag', rule: 'limit' }]);
  });

  it('does not alarm when it comes down in between, however high it was', () => {
    const watched = watchBacklog();
    for (let n = 0; n < 10; n += 1) {
      watched.pass(4, waiting(5_000));
      watched.pass(1, waiting(10));
    }
    expect(watched.alarms()).toEqual([]);
  });

  it('that cannot be read says nothing', () => {
    const watched = watchBacklog();
    watched.pass(60, { ...calm, redis: null });
    expect(watched.alarms()).toEqual([]);
    expect(watched.detection.end(watched.now())).toMatchObject({ readings: { made: 22 + 21 + 120, failed: 60 } });
  });

  it('is read from the page of a process, too', () => {
    const watched = watchBuilt(watching({ backlog: ['queue_depth{queue:outbox}'] }));
    const series = 'queue_depth{queue="outbox"}';
    watched.service.gauges.set(series, 3).set('queue_depth{queue="mail"}', 0);
    watched.calibrate();
    watched.service.gauges.set(series, 24).set('queue_depth{queue="mail"}', 1_000);
    watched.pass(6);
    expect(watched.alarms()).toMatchObject([{ signal: 'backlog:queue_depth{queue:outbox}' }]);
  });

  it('alarms by the age of its oldest entry where somebody tells it', () => {
    const watched = watchBuilt();
    const series = 'queue_oldest_age_seconds{queue="outbox"}';
    watched.service.gauges.set(series, 0.2);
    watched.calibrate();
    watched.service.gauges.set(series, 4.9);
    watched.pass(30);
    expect(watched.alarms()).toEqual([]);
    watched.service.gauges.set(series, 5.5);
    watched.pass(1);
    expect(watched.alarms()).toMatchObject([
      { signal: 'backlog:queue_oldest_age_seconds', value: 5_500, limit: 5_000 },
    ]);
  });

  it('of Kafka alarms by its time lag', () => {
    const tags = { group: 'point-accrual', topic: 'order.completed' };
    const watched = watchBuilt(watching({ backlog: [metricKey('kafka_consumer_lag', { group: 'point-accrual' })] }));
    const kafka = (timeLag: number) => {
      const values = {
        [metricKey('kafka_consumer_lag', tags)]: 1,
        [metricKey('kafka_consumer_time_lag_ms', tags)]: timeLag,
        [metricKey('kafka_consumer_time_lag_ms', { ...tags, group: 'abandoned' })]: 9_000_000,
      };
      watched.hear({ kind: 'probe', t: watched.now(), probe: 'kafka', values });
    };
    for (let n = 0; n < 23; n += 1) {
      watched.pass(1);
      kafka(400);
    }
    watched.pass(1);
    kafka(6_000);
    expect(watched.alarms()).toMatchObject([
      { signal: 'backlog:kafka_consumer_time_lag_ms{group:point-accrual}', value: 6_000, limit: 5_000 },
    ]);
  });

  it('of Kafka may hold what is worked off within a second more', () => {
    const tags = { group: 'point-accrual', topic: 'order.completed' };
    const watched = watchBuilt(watching({ backlog: [metricKey('kafka_consumer_lag', { group: 'point-accrual' })] }));
    let committed = 0;
    const pass = (seconds: number, lag: number) => {
      for (let n = 0; n < seconds; n += 1) {
        watched.pass(1);
        committed += 100;
        const values = {
          [metricKey('kafka_consumer_lag', tags)]: lag,
          [metricKey('kafka_committed_offset', tags)]: committed,
        };
        watched.hear({ kind: 'probe', t: watched.now(), probe: 'kafka', values });
      }
    };
    pass(23, 5);
    pass(60, 105);
    expect(watched.alarms()).toEqual([]);
    pass(6, 106);
    expect(watched.alarms()).toMatchObject([{ signal: 'backlog:kafka_consumer_lag{group:point-accrual}' }]);
  });

  it('that was too old already is no ground to judge by', () => {
    const watched = watchBuilt();
    watched.service.gauges.set('queue_oldest_age_seconds{queue="outbox"}', 90);
    watched.calibrate();
    expect(watched.ready()?.error).toBe(
      'backlog:queue_oldest_age_seconds: entries waited for 90000 ms while it was calibrated',
    );
  });
});

describe('a lock without expiry', () => {
  const key = metricKey('redis_lock_ttl_ms', { key: 'coupon:campaign:1:lock' });
  const lock = (ttl: number | null) => ({ ...calm, redis: ttl === null ? {} : { [key]: ttl } });
  const watchLock = () => watchBuilt(watching({ redisLocks: ['coupon:campaign:1:lock'] }));

  it('alarms in the third reading in a row', () => {
    const watched = watchLock();
    watched.calibrate(lock(1_800));
    watched.pass(2, lock(-1));
    expect(watched.alarms()).toEqual([]);
    watched.pass(1, lock(-1));
    expect(watched.alarms()).toMatchObject([{ signal: 'lock-no-expiry', rule: 'limit', value: 3, limit: 3 }]);
  });

  it('does not alarm when it was free, or expired, in between; a reading that failed changes nothing', () => {
    const watched = watchLock();
    watched.calibrate(lock(null));
    for (const between of [lock(null), lock(500)]) {
      watched.pass(2, lock(-1));
      watched.pass(1, between);
    }
    expect(watched.alarms()).toEqual([]);
    watched.pass(2, lock(-1));
    watched.pass(1, { ...calm, redis: null });
    watched.pass(1, lock(-1));
    expect(watched.alarms()).toHaveLength(1);
  });

  it('must be seen for longer where all holders take it that way', () => {
    const watched = watchLock();
    watched.pass(1, lock(null));
    for (let n = 0; n <= 20; n += 1) watched.pass(1, lock(n % 5 === 1 ? -1 : null));
    const limit = watched.ready()?.signals.find(({ name }) => name === 'lock-no-expiry')?.limit ?? 0;
    expect(limit).toBeGreaterThan(5);
    watched.pass(limit - 1, lock(-1));
    expect(watched.alarms()).toEqual([]);
    watched.pass(1, lock(-1));
    expect(watched.alarms()).toHaveLength(1);
  });

  it('is no signal where such a lock is held most of the time: an orphan looks like a holder', () => {
    const watched = watchLock();
    watched.calibrate(lock(-1));
    expect(watched.ready()).toMatchObject({ error: null });
    expect(watched.ready()?.signals.map(({ name }) => name)).not.toContain('lock-no-expiry');
    watched.pass(60, lock(-1));
    expect(watched.alarms()).toEqual([]);
  });
});

describe('a process', () => {
  it('that is another one than before is a restart, once for a loop of them', () => {
    const watched = watchBuilt();
    watched.calibrate();
    for (let n = 1; n <= 5; n += 1) {
      watched.service.restart(1_700_000_000 + n);
      watched.pass(2);
    }
    expect(watched.alarms()).toMatchObject([{ signal: 'restarts', rule: 'limit', value: 1 }]);
  });

  it('that does not tell of itself any more is found after three scrapes, though it answers nobody anyway', () => {
    const watched = watchBuilt();
    const worker = (page: ReturnType<typeof watched.service.page> | null) =>
      watched.hear({ kind: 'scrape', t: watched.now(), process: 'worker', page });
    for (let n = 0; n < 23; n += 1) {
      watched.pass(1);
      worker(watched.service.page().filter(({ name }) => name.startsWith('process_')));
    }
    for (let n = 0; n < 3; n += 1) {
      expect(watched.alarms()).toEqual([]);
      watched.pass(1);
      worker(null);
    }
    expect(watched.alarms()).toMatchObject([{ signal: 'scrapes', value: 3, limit: 3 }]);
  });
});

describe('what it says', () => {
  it('holds the value of each signal, every second once it judges', () => {
    const watched = watchBuilt(watching({ backlog: ['redis_stream_lag'] }));
    watched.pass(10);
    expect(watched.detection.values(watched.now())).toEqual([]);
    watched.pass(12);
    const [word] = watched.detection.values(watched.now());
    expect(word?.kind === 'values' ? Object.keys(word.values).sort() : []).toEqual([
      'detector_burn_rate{signal:answers,window:5s}',
      'detector_burn_rate{signal:answers,window:60s}',
      'detector_burn_rate{signal:canary,window:5s}',
      'detector_burn_rate{signal:canary,window:60s}',
      'detector_cusum{signal:answers}',
      'detector_cusum{signal:canary}',
      'detector_value{signal:backlog%3Aredis_stream_lag}',
      'detector_value{signal:restarts}',
      'detector_value{signal:scrapes}',
    ]);
  });

  it('at the end is what kept it from judging', () => {
    const idle = watchBuilt();
    idle.pass(30, {});
    expect(idle.detection.end(idle.now())).toMatchObject({ error: 'no traffic was seen' });
    const short = watchBuilt();
    short.pass(10);
    expect(short.detection.end(short.now())).toMatchObject({ error: 'it ended before it was calibrated' });
    short.pass(20);
    expect(short.detection.end(short.now())).toMatchObject({ error: null, readings: { made: 30, failed: 0 } });
  });

  it('of a service that does not count its requests is what the other signals tell', () => {
    const watched = watchBuilt();
    for (let second = 0; second < 30; second += 1) {
      for (let n = 0; n < 5; n += 1)
        watched.hear({ kind: 'canary', t: watched.now() + second * 1_000 + n, good: true });
      const page = [{ name: 'process_start_time_seconds', labels: {}, value: 1 }];
      watched.hear({ kind: 'scrape', t: watched.now() + second * 1_000 + 900, process: 'api', page });
    }
    expect(watched.ready()).toMatchObject({
      error: null,
      signals: [{ name: 'canary' }, { name: 'restarts' }, { name: 'scrapes' }],
    });
  });
});
