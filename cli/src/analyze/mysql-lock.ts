import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { counterIncrease, increases, within } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom, secondBefore } from './symptom.ts';
import { finitePoints, unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * Row locks of MySQL and MariaDB.
 *
 * - `deadlock`: any one is a transaction that was thrown away; InnoDB counts them itself.
 * - `row-lock-waits`: over ten seconds, at least one transaction waited at any moment, from the time that InnoDB says
 *   was waited (milliseconds per second; orders of many products: 0–0.01 transactions, of one hot product by 30 users:
 *   2.5–4.5), or from the transactions seen waiting.
 */
const waitingTransactions = 1;

const id = 'mysql-lock';

export const mysqlLock = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const locks = readLocks(series, load);
    const deadlock = deadlockOf(series, load);
    const waits = waitsOf(locks, series, load);
    const found = problem(
      id,
      [deadlock, waits].filter((symptom) => symptom !== null),
    );
    if (found !== null) return found;
    const evidence = evidenceOf(locks, locks.waited.from, locks.waited.to);
    const hasDeadlocks = finitePoints(series, 'mysql_deadlocks').length > 0;
    const lack = commonLack([locks.waited.lack]);
    if (lack !== null) return insufficient(id, lack, evidence);
    if (!hasDeadlocks) return insufficient(id, 'no-deadlock-count', evidence);
    return ok(id, evidence, {
      waitsCount: increase(series, 'mysql_row_lock_waits', load) ?? 0,
      waitedMs: increase(series, 'mysql_row_lock_ms', load) ?? 0,
    });
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface Locks {
  /** Milliseconds waited per second / 1000 = transactions waiting on the average. */
  readonly waited: Watch;
  readonly waits: Watch;
  /** Whichever of the two counts the server allowed. */
  readonly waiters: Watch;
}

function readLocks(series: Series, load: Load): Locks {
  const one = (key: string, factor = 1) =>
    series.points.has(key) ? watch(series, key, load, factor) : unwatched(key, load);
  const waiters = one('mysql_lock_waiters');
  return {
    waited: one('mysql_row_lock_ms', 1 / 1_000),
    waits: one('mysql_row_lock_waits'),
    waiters: waiters.lack === 'not-watched' ? one('mysql_row_lock_current_waits') : waiters,
  };
}

function deadlockOf(series: Series, load: Load): Symptom | null {
  const points = finitePoints(series, 'mysql_deadlocks');
  const count = counterIncrease(points, load.startedAt, load.endedAt) ?? 0;
  if (count <= 0) return null;
  const grown = within(increases(points), load.startedAt, load.endedAt).filter(({ value }) => value > 0);
  const first = grown[0]?.t ?? load.startedAt;
  const last = grown.at(-1)?.t ?? load.endedAt;
  return {
    rule: 'deadlock',
    confidence: 'high',
    evidence: [
      {
        metric: 'mysql_deadlocks',
        from: secondBefore(first),
        to: last,
        value: count,
        unit: 'count',
        comparedWith: null,
      },
    ],
    detail: { deadlockCount: count, firstAt: first, deadlockSeconds: grown.length },
    surer: [{ id: 'mysql-lock-status', values: {} }],
  };
}

function waitsOf(locks: Locks, series: Series, load: Load): Symptom | null {
  if (locks.waited.lack === 'too-short') return null;
  const byTime = worstSeconds(locks.waited);
  const bySight = worstSeconds(locks.waiters);
  const isLong = byTime !== null && byTime.value >= waitingTransactions;
  const isSeen = bySight !== null && bySight.value >= waitingTransactions;
  const span = isLong ? byTime : isSeen ? bySight : null;
  if (span === null) return null;
  const waitsCount = increase(series, 'mysql_row_lock_waits', load) ?? 0;
  const totalMs = increase(series, 'mysql_row_lock_ms', load) ?? 0;
  return {
    rule: 'row-lock-waits',
    confidence: isLong ? 'high' : 'medium',
    evidence: evidenceOf(locks, span.from, span.to),
    detail: {
      transactions: Math.round(span.value * 10) / 10,
      waitsCount,
      waitedMs: totalMs,
      meanMs: waitsCount > 0 ? totalMs / waitsCount : 0,
    },
    surer: [{ id: 'mysql-lock-waits', values: {} }],
  };
}

function increase(series: Series, key: string, load: Load): number | null {
  return counterIncrease(finitePoints(series, key), load.startedAt, load.endedAt);
}

function evidenceOf({ waited, waits, waiters }: Locks, from: number, to: number): Evidence[] {
  const median = (watched: Watch, unit: string, bound: number | null, factor = 1): Evidence[] => {
    const value = quantile(valuesIn(watched, from, to), 0.5);
    const comparedWith = bound === null ? null : { value: bound, what: 'server-bound' };
    return value === null ? [] : [{ metric: watched.key, from, to, value: value * factor, unit, comparedWith }];
  };
  return [
    ...median(waited, 'ms', 1_000 * waitingTransactions, 1_000),
    ...median(waits, 'per-second', null),
    ...median(waiters, '', null),
  ];
}
