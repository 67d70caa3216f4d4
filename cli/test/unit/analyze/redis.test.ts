import { describe, expect, it } from 'vitest';
import { redis } from '../../../src/analyze/redis.ts';
import { type Curve, loadStart } from '../judge/built-run.ts';
import { counting, flat, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const ping = 'redis_ping_ms';
const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(redis.analyze(serverInput(curves, changes)));

/** A counter that goes up by `by` in second 20. */
const step =
  (by: number): Curve =>
  (second) =>
    second < 20 ? 12 : 12 + by;

const quiet = {
  [ping]: (second: number) => 0.3 + 0.8 * noise(second),
  redis_commands: counting(900),
  redis_blocked_clients: (second: number) => Math.round(noise(second)),
  redis_slowlog_entries: flat(0),
  redis_evicted_keys: flat(0),
  redis_rejected_connections: flat(0),
  'redis_errors{error:ERR}': step(2),
};

describe('Redis speaks', () => {
  it.each([
    [
      'of keys thrown away',
      { redis_evicted_keys: step(30) },
      { rule: 'evicting', eventsCount: 30, firstAt: loadStart + 20_000 },
    ],
    ['of connections turned away', { redis_rejected_connections: step(1) }, { rule: 'rejected', eventsCount: 1 }],
    [
      'of errors of a server that is not well',
      { 'redis_errors{error:OOM}': step(3) },
      { rule: 'failing', error: 'OOM' },
    ],
    [
      'of a long round trip',
      { [ping]: (second: number) => (second > 40 ? 5.5 : 0.4) },
      { rule: 'slow-round-trip', pingMs: 5.5 },
    ],
    ['of slow commands', { redis_slowlog_entries: step(12) }, { rule: 'slow-commands', eventsCount: 12 }],
    ['of many errors', { 'redis_errors{error:WRONGTYPE}': counting(9) }, { rule: 'errors', error: 'WRONGTYPE' }],
    [
      'of clients that block',
      { redis_blocked_clients: (second: number) => (second < 10 ? 1 : 45) },
      { rule: 'blocked-clients', blocked: 45, before: 1 },
    ],
  ])('%s', (_, curves, detail) => {
    expect(found({ ...quiet, ...curves })).toMatchObject({ outcome: 'problem', detail });
  });

  it('of the worst of several, with the evidence of the others', () => {
    const finding = found({ ...quiet, redis_evicted_keys: step(3), [ping]: flat(8) });
    expect(finding.detail.rule).toBe('evicting');
    expect(finding.evidence.map(({ metric }) => metric)).toEqual(['redis_evicted_keys', ping]);
  });

  it('of an error that was never seen before, from its first count on', () => {
    const late: Curve = (second) => (second < 20 ? undefined : 7);
    expect(found({ ...quiet, 'redis_errors{error:READONLY}': late }).detail).toMatchObject({
      rule: 'failing',
      errorsCount: 7,
    });
  });
});

describe('Redis is silent', () => {
  it('in a quiet run', () => {
    expect(found(quiet)).toMatchObject({ outcome: 'ok' });
  });

  it.each([
    ['a worker that waits for its stream all the time', { redis_blocked_clients: flat(1) }],
    ['a few slow readings of a busy machine', { [ping]: (second: number) => (second % 10 === 0 ? 15 : 0.5) }],
    ['two slow commands', { redis_slowlog_entries: step(2) }],
    ['scripts that are sent again', { 'redis_errors{error:NOSCRIPT}': counting(50) }],
    ['what it counted before the load', { redis_evicted_keys: flat(900) }],
    ['counters that began anew', { redis_evicted_keys: (second: number) => (second < 30 ? 900 : 0) }],
  ])('on %s', (_, curves) => {
    expect(found({ ...quiet, ...curves }).outcome).toBe('ok');
  });
});

it.each([
  ['nobody watched it', {}, {}, 'not-watched'],
  ['it lasted three seconds', { ...quiet, [ping]: flat(9) }, shortLoad(3), 'too-short'],
  ['most readings failed', { ...quiet, [ping]: (second: number) => (second % 4 === 0 ? 0.4 : null) }, {}, 'gaps'],
])('Redis is not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});

it('keys that Redis threw away count in a load of three seconds, too', () => {
  const early: Curve = (second) => (second < 1 ? 0 : 5);
  expect(found({ ...quiet, redis_evicted_keys: early }, shortLoad(3)).detail.rule).toBe('evicting');
});
