import { describe, expect, it } from 'vitest';
import { poolWait } from '../../../src/analyze/pool-wait.ts';
import type { Curve } from '../judge/built-run.ts';
import { counting, flat, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const waiting = 'mysql_pool_waiting{process:api}';
const inUse = 'mysql_pool_in_use{process:api}';
const sum = 'mysql_pool_wait_seconds_sum{process:api}';
const count = 'mysql_pool_wait_seconds_count{process:api}';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(poolWait.analyze(serverInput(curves, changes)));
const quiet = { [waiting]: flat(0), [inUse]: flat(1), [sum]: counting(0.001), [count]: counting(200) };

describe('waits for the pool speak', () => {
  it('where callers queue and a connection takes long to get', () => {
    expect(found({ ...quiet, [waiting]: flat(40), [inUse]: flat(16), [sum]: counting(4) })).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'waiting', process: 'api', waiting: 40, waitMs: 20 },
      evidence: [
        { metric: waiting, value: 40 },
        { metric: inUse, value: 16 },
        { metric: sum, unit: 'ms' },
      ],
    });
  });

  it('with medium confidence where only one of the two figures is there', () => {
    expect(found({ [waiting]: flat(5) })).toMatchObject({ confidence: 'medium', detail: { rule: 'waiting-only' } });
    expect(found({ [sum]: counting(10), [count]: counting(200) })).toMatchObject({
      confidence: 'medium',
      detail: { rule: 'slow-acquire', waitMs: 50 },
    });
  });

  it('of the pool of a Spring service', () => {
    const tags = '{pool:main,process:api}';
    const curves = {
      [`hikaricp_connections_pending${tags}`]: flat(12),
      [`hikaricp_connections_active${tags}`]: flat(10),
      [`hikaricp_connections_acquire_seconds_sum${tags}`]: counting(6),
      [`hikaricp_connections_acquire_seconds_count${tags}`]: counting(100),
    };
    expect(found(curves).detail).toMatchObject({ rule: 'waiting', process: 'api', waiting: 12, waitMs: 60 });
  });
});

describe('waits for the pool are silent', () => {
  it('in a quiet run, with the mean of all waits', () => {
    expect(found(quiet)).toMatchObject({ outcome: 'ok', detail: { acquiredCount: 12_000 + 200 } });
  });

  it('where callers queue for a moment, or queue but get their connection at once', () => {
    expect(found({ ...quiet, [waiting]: (second) => (second > 20 && second < 25 ? 90 : 0) }).outcome).toBe('ok');
    expect(found({ ...quiet, [waiting]: flat(1) }).outcome).toBe('ok');
  });

  it('where nobody used the pool, and where its counters began anew', () => {
    expect(found({ ...quiet, [sum]: flat(0), [count]: flat(2) })).toMatchObject({ detail: { rule: 'unused' } });
    const again: Curve = (second) => (second < 30 ? 9_000 + second : second - 30);
    expect(found({ ...quiet, [sum]: (second) => (again(second) ?? 0) / 1_000, [count]: again }).outcome).toBe('ok');
  });
});

it.each([
  ['the service tells nothing of it', {}, {}, 'not-watched'],
  ['it lasted three seconds', { ...quiet, [waiting]: flat(9), [sum]: counting(9) }, shortLoad(3), 'too-short'],
  ['most readings failed', { ...quiet, [waiting]: (second: number) => (second % 4 === 0 ? 0 : null) }, {}, 'gaps'],
])('waits for the pool are not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});
