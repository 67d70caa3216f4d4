import { describe, expect, it } from 'vitest';
import { mysqlLock } from '../../../src/analyze/mysql-lock.ts';
import { type Curve, loadStart } from '../judge/built-run.ts';
import { counting, flat, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(mysqlLock.analyze(serverInput(curves, changes)));
const quiet = {
  mysql_row_lock_waits: counting(1),
  mysql_row_lock_ms: counting(9),
  mysql_row_lock_current_waits: flat(0),
  mysql_lock_waiters: flat(0),
  mysql_deadlocks: flat(4),
};

describe('row locks speak', () => {
  it('of every deadlock, with the second of the first', () => {
    const two: Curve = (second) => 4 + (second >= 12 ? 1 : 0) + (second >= 40 ? 1 : 0);
    expect(found({ ...quiet, mysql_deadlocks: two })).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'deadlock', deadlockCount: 2, firstAt: loadStart + 12_000, deadlockSeconds: 2 },
    });
  });

  it('of a deadlock in three seconds of load, and of those counted anew after a restart', () => {
    expect(found({ ...quiet, mysql_deadlocks: (second) => (second < 2 ? 4 : 5) }, shortLoad(3)).detail.rule).toBe(
      'deadlock',
    );
    const restarted: Curve = (second) => (second < 20 ? 4 : second < 40 ? 0 : 3);
    expect(found({ ...quiet, mysql_deadlocks: restarted }).detail).toMatchObject({ deadlockCount: 3 });
  });

  it('where transactions wait for the same rows', () => {
    const hot = { ...quiet, mysql_row_lock_waits: counting(300), mysql_row_lock_ms: counting(3_300) };
    expect(found(hot)).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'row-lock-waits', transactions: 3.3, meanMs: 11 },
    });
  });

  it('where a wait is so long that no time of it was counted yet', () => {
    const stuck = { ...quiet, mysql_row_lock_ms: flat(0), mysql_lock_waiters: flat(5) };
    expect(found(stuck)).toMatchObject({ confidence: 'medium', detail: { rule: 'row-lock-waits', transactions: 5 } });
  });
});

describe('row locks are silent', () => {
  it('on the few of a quiet run, and on a burst of them', () => {
    expect(found(quiet)).toMatchObject({ outcome: 'ok', detail: { waitedMs: 9 * 61 } });
    const burst: Curve = (second) => (second < 20 ? 0 : second < 23 ? (second - 19) * 5_000 : 15_000);
    expect(found({ ...quiet, mysql_row_lock_ms: burst }).outcome).toBe('ok');
  });
});

it.each([
  ['nobody watched', {}, {}, 'not-watched'],
  ['it lasted three seconds', { ...quiet, mysql_row_lock_ms: counting(9_000) }, shortLoad(3), 'too-short'],
  ['the account may not read the deadlocks', { mysql_row_lock_ms: counting(1) }, {}, 'no-deadlock-count'],
  [
    'most readings failed',
    { ...quiet, mysql_row_lock_ms: (second: number) => (second % 4 === 0 ? second : null) },
    {},
    'gaps',
  ],
])('row locks are not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});
