import { describe, expect, it } from 'vitest';
import { type Drill, recoveryOf } from '../../../src/record/drill.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtScenario, exportBegin } from '../analyze/built-seconds.ts';
import { loadStart } from '../judge/built-run.ts';
import {
  alarm,
  assessed,
  broken,
  builtDrill,
  failing,
  injectedAt,
  loadEnd,
  revertedAt,
  usually,
  verifiedAt,
  withAlarms,
} from './built-drill.ts';

const flat = (second: number) => ({ answers: usually(second) });

describe('an outage', () => {
  // Export 30 goes from 29.617 to 30.617 s, so that it holds the injection.
  const outage = broken(31, 50, () => ({ answers: [], dropped: 100 }));

  it('has all its moments, its times and its level', () => {
    const found = assessed(outage, {
      drill: {
        ...withAlarms(alarm(29, { rule: 'burn-rate' }), alarm(31.5, { rule: 'burn-rate' }), alarm(32), alarm(33)),
        notifications: [
          { channel: 'webhook', signal: 'canary', sentAt: loadStart + 32_010, deliveredAt: null, error: 'gone' },
          {
            channel: 'console',
            signal: 'canary',
            sentAt: loadStart + 32_020,
            deliveredAt: loadStart + 32_030,
            error: null,
          },
        ],
        phases: [
          ...builtDrill().phases,
          { name: 'mitigate', startedAt: loadStart + 45_000, endedAt: loadStart + 50_000 },
        ],
      },
    });
    expect(found.doubts).toEqual([]);
    expect(found.moments).toEqual({
      injectedAt,
      impactAt: exportBegin(31),
      detectedAt: loadStart + 32_000,
      notifiedAt: loadStart + 32_030,
      mitigatedAt: loadStart + 45_000,
      revertedAt,
      restoredAt: exportBegin(50),
      drainedAt: null,
      consistentAt: verifiedAt,
    });
    expect(found).toMatchObject({
      impactBy: 'answers',
      ttdMs: loadStart + 32_000 - exportBegin(31),
      ttrMs: 19_000,
      signal: 'canary',
      level: 'L1',
      clause: { id: 'all-apis-down', values: { measure: 'api-below', api: 'issue_coupon', lastedMs: 19_000 } },
      damage: { offered: 1_900, lost: 1_900, worstGoodShare: 0, worstP95Ms: null, usersAffected: null },
      rules: 'loadkit 2',
    });
  });

  it('that was not detected, and of which nothing recovered, says so with nulls', () => {
    const found = assessed(broken(31, 100, () => ({ answers: [], dropped: 100 })));
    expect(found).toMatchObject({ hurt: ['answers'], ttdMs: null, ttrMs: null, signal: null, level: 'L1' });
    expect(found.moments).toMatchObject({ detectedAt: null, restoredAt: null });
    expect(found.damage?.lost).toBe(6_900);
  });

  it('in which nothing at all is answered or dropped at first is an outage from its first second on', () => {
    const hang = broken(31, 50, (second) => ({ answers: [], dropped: second < 40 ? 0 : 100 }));
    expect(assessed(hang)).toMatchObject({
      moments: { impactAt: exportBegin(31) },
      level: 'L1',
      damage: { worstGoodShare: 0, lost: 1_000 },
    });
  });

  it('that was felt only after it was detected has a negative time to detect', () => {
    expect(assessed(outage, { drill: withAlarms(alarm(30.1)) }).ttdMs).toBe(loadStart + 30_100 - exportBegin(31));
  });

  it('begins with the injection where the bad second holds it', () => {
    const at = broken(30, 50, () => ({ answers: [], dropped: 100 }));
    expect(assessed(at).moments.impactAt).toBe(injectedAt);
  });
});

describe('the level', () => {
  it('is L2 where one request in twenty fails', () => {
    const found = assessed(
      broken(31, 50, (second) => ({ answers: [...usually(second, { rate: 95 }), ...failing(5)] })),
    );
    expect(found).toMatchObject({ level: 'L2', clause: { id: 'api-degraded', values: { goodShare: 0.95 } } });
  });

  it('is L3 where answers are slow and none fails', () => {
    const found = assessed(broken(31, 50, (second) => ({ answers: usually(second, { ms: 20 }) })));
    expect(found).toMatchObject({ level: 'L3', clause: { id: 'slow', values: { api: 'issue_coupon' } } });
    expect(found.damage).toMatchObject({ lost: 0, worstGoodShare: 1 });
  });

  it('is not touched by correct rejections', () => {
    const soldOut = (second: number) => ({ answers: usually(second).map(({ ms }) => ({ ms, status: 410 })) });
    expect(assessed(broken(31, 100, soldOut), { drill: withAlarms(alarm(40, { signal: 'restarts' })) })).toMatchObject({
      level: 'absorbed',
      clause: null,
      moments: { impactAt: null },
    });
  });

  it('is L2 where an invariant was violated though no request failed, and nothing is consistent then', () => {
    const invariant = {
      outcome: 'violated' as const,
      violations: 7,
      evidence: { entries: 907, sameOrder: 7 },
      reason: null,
    };
    const found = assessed(flat, { record: { invariants: [{ id: 'double-accrual', ...invariant }] } });
    expect(found).toMatchObject({
      level: 'L2',
      clause: { id: 'data-wrong', values: { invariant: 'double-accrual', violations: 7 } },
      damage: { offered: 0, lost: 0, duplicated: 7, repaired: 0 },
      impactBy: 'data',
      moments: { impactAt: injectedAt, consistentAt: null },
      ttrMs: null,
    });
  });

  it('is L1 where a confirmed order was lost', () => {
    const lost = {
      ...{ id: 'order-lost', outcome: 'violated' as const, violations: 3, reason: null },
      evidence: { orders: 897, acknowledged: 900, lost: 3 },
    };
    expect(assessed(flat, { record: { invariants: [lost] } })).toMatchObject({
      level: 'L1',
      clause: { id: 'orders-lost' },
      damage: { missing: 3 },
    });
  });

  it('is L3 after an alarm that users would have raised, and absorbed after one of a process', () => {
    expect(assessed(flat, { drill: withAlarms(alarm(33)) })).toMatchObject({
      level: 'L3',
      clause: { id: 'slo-alarm' },
    });
    const restarted = withAlarms(alarm(33, { signal: 'restarts', rule: 'limit' }));
    expect(assessed(flat, { drill: restarted })).toMatchObject({ level: 'absorbed', doubts: [], signal: 'restarts' });
  });
});

describe('what is doubted has no level:', () => {
  const ids = (found: ReturnType<typeof assessed>) => found.doubts.map(({ id }) => id);

  it.each<[string, Parameters<typeof assessed>[1]]>([
    ['ineffective', {}],
    ['placebo-alarmed', { drill: { placebo: { run: 'p', alarms: 2 }, ...withAlarms(alarm(33)) } }],
    ['no-detector', { drill: { detection: null }, curves: { mysql_ping_ms: (second) => (second > 31 ? null : 1) } }],
    ['alarmed-before', { drill: withAlarms(alarm(25), alarm(33)) }],
    ['not-injected', { drill: { injection: null, ...withAlarms(alarm(33)) } }],
    ['baseline-missing', { drill: { phases: [], ...withAlarms(alarm(33)) } }],
  ])('%s', (id, options) => {
    const found = assessed(flat, options);
    expect(ids(found)).toEqual([id]);
    expect(found).toMatchObject({ level: 'undetermined', clause: null });
  });

  it('a baseline that was bad', () => {
    const found = assessed((second) => ({ answers: [...usually(second), ...failing(3)] }), {
      drill: withAlarms(alarm(33)),
    });
    expect(ids(found)).toEqual(['baseline-bad']);
    expect(found.baseline?.goodShare).toBeCloseTo(100 / 103);
  });

  it('a detector that was not calibrated before the injection', () => {
    const { detection } = builtDrill(withAlarms(alarm(33)));
    if (detection === null) throw new Error('a built drill has a detector');
    for (const readyAt of [null, injectedAt + 1]) {
      expect(ids(assessed(flat, { drill: { detection: { ...detection, readyAt } } }))).toEqual(['not-calibrated']);
    }
  });

  it('an alarm before the injection began, not one while it was under way', () => {
    const begun = injectedAt - 2_000;
    const { injection } = builtDrill();
    if (injection === null) throw new Error('a built drill has an injection');
    const among = (t: number) => {
      const notified = { channel: 'console' as const, signal: 'canary', sentAt: t, deliveredAt: t + 10, error: null };
      const drill = { injection: { ...injection, startedAt: begun }, ...withAlarms(alarm(0, { t })) };
      return assessed(
        broken(31, 50, () => ({ answers: failing(100) })),
        {
          drill: { ...drill, notifications: [notified] },
        },
      );
    };
    expect(among(begun)).toMatchObject({
      doubts: [],
      signal: 'canary',
      moments: { detectedAt: begun, notifiedAt: begun + 10 },
      ttdMs: begun - exportBegin(31),
    });
    expect(ids(among(begun - 1))).toEqual(['alarmed-before']);
    expect(among(begun - 1).moments).toMatchObject({ detectedAt: null, notifiedAt: null });
  });

  it('what began when the fault was gone, and had shown itself to nobody until then', () => {
    // The undo is in second 50.
    const late = broken(51, 53, () => ({ answers: failing(100) }));
    for (const mitigation of [null, 'sorted-locking']) {
      const found = assessed(late, { drill: { mitigation, ...withAlarms(alarm(52)) } });
      expect(found.doubts).toEqual([
        { id: 'felt-afterwards', values: { fault: 'row-held', afterMs: exportBegin(51) - revertedAt } },
      ]);
      expect(found.level).toBe('undetermined');
    }
    const noticed = assessed(late, { drill: withAlarms(alarm(45), alarm(52)) });
    expect(noticed).toMatchObject({ doubts: [], impactBy: 'answers' });
  });

  it('but not what a mitigation kept from everybody', () => {
    expect(assessed(flat, { drill: { mitigation: 'sorted-locking' } })).toMatchObject({
      level: 'absorbed',
      doubts: [],
    });
  });

  it('nor a placebo, unless it alarmed', () => {
    const placebo = { fault: 'none', failure: null, placebo: null, injection: null };
    expect(assessed(flat, { drill: placebo })).toMatchObject({ level: 'absorbed', doubts: [] });
    const alarmed = assessed(flat, { drill: { ...placebo, ...withAlarms(alarm(25)) } });
    expect(ids(alarmed)).toEqual(['placebo-alarmed']);
  });
});

describe('who saw a fault beside the load', () => {
  const probes = [
    ['a probe without an answer', { mysql_ping_ms: (second: number) => (second > 31 && second < 40 ? null : 1) }],
    ['a slow store', { redis_ping_ms: (second: number) => (second > 31 && second < 40 ? 300 : 1) }],
    ['a lock that never expires', { redis_lock_ttl_ms: (second: number) => (second > 31 ? -1 : undefined) }],
    ['a store that began anew', { redis_uptime_seconds: (second: number) => Math.abs(second - 33) }],
    ['deadlocks', { mysql_deadlocks: (second: number) => 4 * Math.max(0, second - 31) }],
    ['a consumer that left', { 'kafka_group_members{group:g}': (second: number) => (second === 40 ? 0 : 1) }],
  ] as const;

  it.each(probes)('%s: absorbed, not ineffective', (_, curves) => {
    expect(assessed(flat, { curves })).toMatchObject({ level: 'absorbed', doubts: [] });
  });

  it.each(probes)('%s before the injection is none', (_, curves) => {
    const earlier = Object.fromEntries(
      Object.entries(curves).map(([key, curve]) => [key, (second: number) => curve(second + 25)]),
    );
    expect(assessed(flat, { curves: earlier }).doubts).toMatchObject([
      { id: 'ineffective', values: { fault: 'row-held' } },
    ]);
  });

  it('the data alone, which nobody noticed: it is no lighter for that', () => {
    const invariants = [{ id: 'over-issue', outcome: 'violated' as const, violations: 5, evidence: {}, reason: null }];
    expect(assessed(flat, { record: { invariants } })).toMatchObject({
      level: 'L2',
      clause: { id: 'data-wrong' },
      doubts: [],
      impactBy: 'data',
      ttdMs: null,
      damage: { overIssued: 5, lost: 0 },
    });
  });

  it('a process that ended', () => {
    const exited = { kind: 'event' as const, t: injectedAt + 400, name: 'process-exited', subject: 'worker' };
    expect(assessed(flat, { lines: [exited] })).toMatchObject({ level: 'absorbed', doubts: [] });
  });
});

describe('a backlog', () => {
  const key = 'kafka_consumer_lag{group:point-accrual,topic:order.completed}';
  const drain = { drained: true, tookMs: 2_000, limitMs: 60_000, left: { [key]: 0 } };
  const paused = (second: number) => {
    if (second <= 31) return 10 + (second % 3);
    return second < 50 ? 100 * (second - 31) : Math.max(5, 1_900 - 200 * (second - 50));
  };

  it('that only the probes saw has the times of its own', () => {
    const found = assessed(flat, { curves: { [key]: paused }, record: { drain }, drill: withAlarms(alarm(40)) });
    expect(found.moments).toMatchObject({
      impactAt: loadStart + 32_000,
      drainedAt: loadStart + 60_000,
      restoredAt: null,
    });
    expect(found).toMatchObject({ impactBy: 'backlog', ttdMs: 8_000, ttrMs: 28_000, damage: { lost: 0, late: 0 } });
  });

  it('that never went back is not drained, and what it held is late', () => {
    const stuck = (second: number) => (second < 50 ? paused(second) : 1_900);
    const left = { ...drain, drained: false, tookMs: 60_000, left: { [key]: 1_900 } };
    const found = assessed(flat, { curves: { [key]: stuck }, record: { drain: left } });
    expect(found).toMatchObject({ ttrMs: null, moments: { drainedAt: null }, damage: { late: 1_888 } });
  });

  it('that is as high as a batch before the injection never rose', () => {
    const batches = (second: number) => (second % 5) * 20;
    const found = assessed(flat, { curves: { [key]: batches }, record: { drain }, drill: withAlarms(alarm(40)) });
    expect(found).toMatchObject({ impactBy: null, moments: { impactAt: null, drainedAt: injectedAt } });
  });

  it('that is worked off within a second more than usual never rose', () => {
    const higher = (second: number) => (second > 31 && second < 50 ? 90 : 5);
    const committed = { [key.replace('consumer_lag', 'committed_offset')]: (second: number) => 100 * second };
    const alone = assessed(flat, { curves: { [key]: higher }, record: { drain } });
    expect(alone).toMatchObject({ impactBy: 'backlog' });
    const counted = assessed(flat, { curves: { [key]: higher, ...committed }, record: { drain } });
    expect(counted).toMatchObject({ impactBy: null, moments: { impactAt: null } });
  });

  it('whose oldest entry waited beyond the limit is L3 without an alarm', () => {
    const age = { 'kafka_consumer_time_lag_ms{group:g,topic:t}': (second: number) => (second === 60 ? 61_000 : 100) };
    const found = assessed(flat, { curves: { [key]: paused, ...age }, record: { drain } });
    expect(found).toMatchObject({ level: 'L3', clause: { id: 'stale', values: { staleMs: 61_000 } } });
  });
});

describe('answers that were bad only after the undo', () => {
  const key = 'outbox_pending_rows';
  const record = { drain: { drained: true, tookMs: 2_000, limitMs: 60_000, left: { [key]: 0 } } };
  const afterwards = broken(60, 64, () => ({ answers: [], dropped: 100 }));

  it('are not the impact of a fault whose work had piled up by then', () => {
    const piled = (second: number) => (second > 31 && second < 52 ? 100 * (second - 31) : 3);
    expect(assessed(afterwards, { record, curves: { [key]: piled } })).toMatchObject({
      impactBy: 'backlog',
      moments: { impactAt: loadStart + 32_000, drainedAt: loadStart + 52_000 },
      hurt: ['answers', 'backlog'],
      ttrMs: exportBegin(64) - (loadStart + 32_000),
    });
  });

  it('are, where nothing had', () => {
    expect(assessed(afterwards, { record, curves: { [key]: () => 3 } })).toMatchObject({
      impactBy: 'answers',
      moments: { impactAt: exportBegin(60) },
    });
  });
});

describe('the users affected', () => {
  const outage = broken(31, 50, (second) => ({ answers: failing(second % 2 === 0 ? 60 : 100), dropped: 10 }));
  const [from, to] = [exportBegin(31), exportBegin(50)];
  const answers = (...all: ReadonlyArray<readonly [t: number, user: string, good: 0 | 1]>): SeriesLine[] =>
    all.map(([t, user, good]) => ({
      ...{ kind: 'answers', t: t - (t % 1_000) },
      answers: [[t % 1_000, user, good]],
    }));

  it('are those who got a bad answer from impact to restoration, of those who got any', () => {
    const lines = answers(
      [from - 1, 'before', 0],
      [from, 'a', 0],
      [from + 10, 'a', 1],
      [from + 20, 'b', 1],
      [from + 30, 'c', 1],
      [to - 1, 'c', 0],
      [to - 1, 'd', 1],
      [to, 'after', 0],
    );
    expect(assessed(outage, { lines })).toMatchObject({
      moments: { impactAt: from, restoredAt: to },
      damage: { usersAffected: 2, usersAsked: 4, unstarted: 190 },
    });
  });

  it('are nobody where the load felt nothing', () => {
    expect(assessed(flat, { lines: answers([from, 'a', 0]) }).damage).toMatchObject({ usersAffected: 0, unstarted: 0 });
  });

  it('cannot be told of a script that does not say whose its answers are, nor where nobody got one', () => {
    const unknown = { usersAffected: null, usersAsked: null };
    expect(assessed(outage).damage).toMatchObject(unknown);
    expect(assessed(outage, { lines: answers([from - 1, 'before', 1], [to, 'after', 1]) }).damage).toMatchObject(
      unknown,
    );
  });

  it('make the level', () => {
    const some = broken(31, 33, (second) => ({ answers: [...usually(second, { rate: 80 }), ...failing(20)] }));
    const users = Array.from({ length: 20 }, (_, n) => [from + n, `u${n}`, n === 0 ? 0 : 1] as const);
    const ruled = assessed(some, { lines: answers(...users) });
    expect(ruled.damage).toMatchObject({ usersAffected: 1, usersAsked: 20 });
    const others = Array.from({ length: 180 }, (_, n) => [from + 3_000 + n, `o${n}`, 1] as const);
    const short = users.map(([t, user]) => [t, user, 0] as const);
    expect(assessed(some, { lines: answers(...short, ...others) })).toMatchObject({
      level: 'L2',
      damage: { usersAffected: 20, usersAsked: 20 },
    });
    const half = users.map(([t, user], n) => [t, user, n < 10 ? 0 : 1] as const);
    expect(assessed(some, { lines: answers(...half) })).toMatchObject({
      level: 'L1',
      clause: { id: 'half-of-users', values: { usersShare: 0.5 } },
    });
  });
});

describe('what was late and what was repaired', () => {
  const violated = (id: string, violations: number) => ({
    ...{ id, outcome: 'violated' as const, violations, reason: null },
    evidence: { orders: 900, missing: violations },
  });
  const held = {
    id: 'points-missing',
    outcome: 'held' as const,
    violations: 0,
    evidence: { orders: 900 },
    reason: null,
  };
  const figures = { pointsAccrued: 7, pointsTakenBack: 0, couponsTakenBack: 0 };
  const before = [violated('points-missing', 7)];
  const phases = [
    { name: 'verify' as const, startedAt: loadEnd + 3_000, endedAt: verifiedAt },
    { name: 'repair' as const, startedAt: verifiedAt, endedAt: verifiedAt + 2_000 },
  ];

  it('is the count of the stores where they hold the times, else what waited when the load ended', () => {
    const points = { what: 'points', limitMs: 10_000, longestMs: 14_000, reason: null };
    const late = (lateness: Drill['lateness']) => assessed(flat, { drill: { lateness } }).damage?.late;
    expect(late([{ ...points, processed: 900, late: 41 }])).toBe(41);
    expect(late([{ ...points, processed: null, late: null, reason: 'timeout' }])).toBeNull();
    expect(late([{ ...points, processed: 0, late: 0 }])).toBeNull();
    expect(late(null)).toBeNull();
  });

  it('has what a backlog still held that had waited beyond the limit, and cannot tell of what may be younger', () => {
    const key = 'outbox_pending_rows';
    const lateness = [{ what: 'points', limitMs: 10_000, longestMs: 14_000, reason: null, processed: 900, late: 41 }];
    const late = (drain: { drained: boolean; tookMs: number; left: Record<string, number> }) =>
      assessed(flat, { record: { drain: { ...drain, limitMs: 60_000 } }, drill: { lateness } }).damage?.late;
    const left = { [key]: 12, redis_stream_lag: 3 };
    expect(late({ drained: true, tookMs: 20_000, left: { [key]: 0 } })).toBe(41);
    expect(late({ drained: false, tookMs: 60_000, left })).toBe(41 + 15);
    expect(late({ drained: false, tookMs: 10_000, left })).toBeNull();
    expect(late({ drained: false, tookMs: 60_000, left: { [key]: 0 } })).toBeNull();
  });

  it('says of a repair that was not run that it put nothing right', () => {
    const repair = { figures: null, invariants: [], error: null, skipped: 'not-drained' as const };
    expect(assessed(flat, { record: { invariants: before, phases }, drill: { repair } })).toMatchObject({
      damage: { repaired: 0 },
      moments: { consistentAt: null },
      ttrMs: null,
      clause: { id: 'orders-lost' },
    });
  });

  it('makes the data consistent after the repair, and is no loss then, but they were wrong', () => {
    const repair = { figures, invariants: [held], error: null, skipped: null };
    expect(assessed(flat, { record: { invariants: before, phases }, drill: { repair } })).toMatchObject({
      level: 'L2',
      clause: { id: 'data-wrong', values: { violations: 7 } },
      damage: { missing: 7, repaired: 7 },
      impactBy: 'data',
      moments: { impactAt: injectedAt, consistentAt: verifiedAt + 2_000 },
      ttrMs: verifiedAt + 2_000 - injectedAt,
    });
  });

  it('is a loss where the repair left some, failed, or left nobody able to count again', () => {
    const partly = { figures, invariants: [violated('points-missing', 2)], error: null, skipped: null };
    expect(assessed(flat, { record: { invariants: before, phases }, drill: { repair: partly } })).toMatchObject({
      level: 'L1',
      clause: { id: 'orders-lost', values: { measure: 'invariants-left', violations: 2 } },
      moments: { consistentAt: null },
    });
    const uncounted = { ...held, outcome: 'undetermined' as const, violations: null, reason: 'timeout' };
    const unknown = { figures, invariants: [uncounted], error: null, skipped: null };
    expect(assessed(flat, { record: { invariants: before, phases }, drill: { repair: unknown } })).toMatchObject({
      level: 'L1',
      clause: { id: 'orders-lost', values: { violations: 7 } },
      moments: { consistentAt: null },
    });
    const failed = { figures: null, invariants: [], error: 'no database', skipped: null };
    expect(assessed(flat, { record: { invariants: before, phases }, drill: { repair: failed } })).toMatchObject({
      level: 'L1',
      damage: { repaired: null },
      moments: { consistentAt: null },
    });
  });

  it('is nothing where all was well, and unknown where nothing was counted', () => {
    expect(assessed(flat, { record: { invariants: [held] } }).damage?.repaired).toBe(0);
    expect(assessed(flat, { record: { invariants: [] } }).damage?.repaired).toBeNull();
  });
});

it('a record that nothing was broken in is assessed as that', () => {
  const found = assessed(flat, { record: { drill: null } });
  expect(found).toMatchObject({ doubts: [{ id: 'not-injected' }], level: 'undetermined', damage: null });
});

it('answers that come after the planned end of the load are counted, and no word on recovery', () => {
  const scenarios = { s: { executor: 'constant-arrival-rate', rate: 100, duration: '80s' } };
  const late = broken(31, 80, () => ({ answers: [], dropped: 50 }));
  const found = assessed(late, { record: { scenario: builtScenario({}, scenarios) } });
  expect(found).toMatchObject({
    moments: { restoredAt: null },
    damage: { lost: 49 * 50, offered: 49 * 50 + 20 * 100 },
  });
});

describe('the time to recover', () => {
  const key = 'outbox_pending_rows';
  const outage = broken(31, 35, () => ({ answers: [], dropped: 100 }));
  const impactAt = exportBegin(31);
  const drain = { drained: true, tookMs: 2_000, limitMs: 60_000, left: { [key]: 0 } };
  const rising = (second: number) => (second > 31 && second < 60 ? 500 : 3);
  const evidence = { orders: 900, missing: 7 };
  const violated = { id: 'points-missing', outcome: 'violated' as const, violations: 7, evidence, reason: null };
  const held = { ...violated, outcome: 'held' as const, violations: 0 };
  const repairedAt = verifiedAt + 2_000;
  const wrong = {
    drain,
    invariants: [violated],
    phases: [
      { name: 'verify' as const, startedAt: loadEnd + 3_000, endedAt: verifiedAt },
      { name: 'repair' as const, startedAt: verifiedAt, endedAt: repairedAt },
    ],
  };
  const figures = { pointsAccrued: 7, pointsTakenBack: 0, couponsTakenBack: 0 };
  const repaired = { figures, invariants: [held], error: null, skipped: null };

  it('is to the end of the answers where nothing else was hurt, or was well again before them', () => {
    const brief = (second: number) => (second > 30 && second < 33 ? 500 : 3);
    const found = assessed(outage, { record: { drain }, curves: { [key]: brief } });
    expect(found).toMatchObject({ hurt: ['answers', 'backlog'], ttrMs: exportBegin(35) - impactAt });
    expect(found.moments.drainedAt).toBeLessThan(exportBegin(35));
    expect(assessed(outage, { record: { drain }, curves: { [key]: () => 3 } })).toMatchObject({
      hurt: ['answers'],
      ttrMs: exportBegin(35) - impactAt,
    });
  });

  it('is to the end of a backlog that outlasted the answers', () => {
    expect(assessed(outage, { record: { drain }, curves: { [key]: rising } })).toMatchObject({
      impactBy: 'answers',
      hurt: ['answers', 'backlog'],
      moments: { impactAt, restoredAt: exportBegin(35), drainedAt: loadStart + 60_000 },
      ttrMs: loadStart + 60_000 - impactAt,
    });
  });

  it('is to the repair where data were wrong as well, each end by itself beside it', () => {
    const found = assessed(outage, { record: wrong, curves: { [key]: rising }, drill: { repair: repaired } });
    expect(found).toMatchObject({
      hurt: ['answers', 'backlog', 'data'],
      moments: { restoredAt: exportBegin(35), drainedAt: loadStart + 60_000, consistentAt: repairedAt },
      ttrMs: repairedAt - impactAt,
    });
    expect(recoveryOf(found)).toEqual({ at: repairedAt, by: ['data'] });
  });

  it('is none where one of them did not end, and says which', () => {
    const unrepaired = assessed(outage, { record: wrong, curves: { [key]: rising } });
    expect(unrepaired).toMatchObject({ moments: { restoredAt: exportBegin(35), consistentAt: null }, ttrMs: null });
    expect(recoveryOf(unrepaired)).toEqual({ at: null, by: ['data'] });
    const stuck = { ...drain, drained: false, left: { [key]: 500 } };
    const waiting = assessed(outage, {
      record: { ...wrong, drain: stuck },
      curves: { [key]: (second) => (second > 31 ? 500 : 3) },
    });
    expect(recoveryOf(waiting)).toEqual({ at: null, by: ['backlog', 'data'] });
  });

  it('of a record that does not say what was hurt is that of its impact', () => {
    const found = assessed(outage, { record: wrong, drill: { repair: repaired } });
    expect(recoveryOf({ ...found, hurt: null })).toEqual({ at: exportBegin(35), by: ['answers'] });
    expect(recoveryOf({ ...found, hurt: null, impactBy: null })).toEqual({ at: null, by: [] });
  });
});
