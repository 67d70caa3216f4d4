import { expect, it } from 'vitest';
import { mysqlLoad } from '../../../src/analyze/mysql-load.ts';
import { builtRecord, type Curve } from '../judge/built-run.ts';
import { counting, flat, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(mysqlLoad.analyze(serverInput(curves, changes)));
const quiet = {
  mysql_threads_running: (second: number) => 1 + Math.round(3 * noise(second)),
  mysql_slow_queries: flat(7),
  mysql_commits: counting(160),
};

it('MySQL speaks of queries beyond its own bound', () => {
  expect(found({ ...quiet, mysql_slow_queries: counting(0.5) })).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'slow-queries', slowCount: 30.5 },
  });
});

it('MySQL speaks of statements that crowd its processors', () => {
  const crowded = { ...quiet, mysql_threads_running: flat(13) };
  expect(found(crowded)).toMatchObject({
    outcome: 'problem',
    confidence: 'medium',
    detail: { rule: 'threads-running', running: 12 },
  });
  expect(found(crowded, { host: { ...builtRecord().host, cpuCount: 16 } }).outcome).toBe('ok');
  expect(found(crowded, { host: { ...builtRecord().host, shared: false } }).outcome).toBe('ok');
});

it('MySQL is silent in a quiet run, on two slow queries and on one crowded moment', () => {
  expect(found(quiet)).toMatchObject({ outcome: 'ok', detail: { slowCount: 0 } });
  expect(found({ ...quiet, mysql_slow_queries: (second) => (second < 9 ? 7 : 9) }).outcome).toBe('ok');
  expect(found({ ...quiet, mysql_threads_running: (second) => (second % 20 === 0 ? 17 : 1) }).outcome).toBe('ok');
});

it.each([
  ['nobody watched it', {}, {}, 'not-watched'],
  ['it lasted three seconds', { ...quiet, mysql_threads_running: flat(99) }, shortLoad(3), 'too-short'],
  ['nobody counts slow queries', { mysql_threads_running: flat(1) }, {}, 'not-watched'],
  [
    'most readings failed',
    { ...quiet, mysql_threads_running: (second: number) => (second % 4 === 0 ? 1 : null) },
    {},
    'gaps',
  ],
])('MySQL is not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});

it('MySQL is silent on statements that only wait for the same rows', () => {
  const hot = { ...quiet, mysql_threads_running: flat(12), mysql_row_lock_ms: counting(5_000) };
  expect(found(hot).outcome).toBe('ok');
});
