import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { counterIncrease } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { finitePoints, unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * Do callers wait for a connection of the pool? `waiting`: for ten seconds somebody waited at most moments, and a
 * connection took 10 ms to get (a quiet run: nobody, below 0.1 ms; a pool of 16 at its limit: 40 to 90 callers, 20 ms).
 * With one of the two figures alone the bounds are higher and the confidence is medium.
 */
const waitMs = 10;
const waitAloneMs = 20;
const waitersAlone = 2;

const id = 'pool-wait';

/** The pool of the reference service, and HikariCP as Micrometer names it. */
const kinds = [
  { waiting: 'mysql_pool_waiting', inUse: 'mysql_pool_in_use', wait: 'mysql_pool_wait_seconds' },
  {
    waiting: 'hikaricp_connections_pending',
    inUse: 'hikaricp_connections_active',
    wait: 'hikaricp_connections_acquire_seconds',
  },
] as const;

export const poolWait = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const pools = kinds.flatMap((kind) => poolsOf(series, kind, load));
    const found = problem(id, pools.flatMap((pool) => symptomOf(pool) ?? []).sort(byWaiters));
    if (found !== null) return found;
    const evidence = pools.flatMap((pool) => evidenceOf(pool));
    const lack = commonLack(pools.map(({ waiting, acquired }) => commonLack([waiting.lack, acquired.lack])));
    if (lack !== null) return insufficient(id, lack, evidence);
    const acquiredCount = pools.reduce((sum, pool) => sum + (pool.count ?? 0), 0);
    const waitedMs = pools.reduce((sum, pool) => sum + (pool.waitedMs ?? 0), 0);
    if (pools.every(({ count }) => count === null)) return ok(id, evidence, { rule: 'nobody-waited' });
    if (acquiredCount === 0) return ok(id, evidence, { rule: 'unused' });
    return ok(id, evidence, { acquiredCount, waitMs: waitedMs / acquiredCount });
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface Pool {
  readonly process: string;
  readonly waiting: Watch;
  readonly inUse: Watch;
  /** Connections taken, and seconds waited for them, per second. */
  readonly acquired: Watch;
  readonly waited: Watch;
  /** Over the whole load; null where nobody counts them. */
  readonly count: number | null;
  readonly waitedMs: number | null;
}

function poolsOf(series: Series, kind: (typeof kinds)[number], load: Load): Pool[] {
  const tagged = [kind.waiting, `${kind.wait}_count`].flatMap((name) =>
    keysOf(series, name).map((key) => parseMetricKey(key).tags),
  );
  const tags = [...new Map(tagged.map((each) => [metricKey('', each), each])).values()];
  return tags.map((each) => {
    const one = (name: string): Watch => {
      const key = metricKey(name, each);
      return series.points.has(key) ? watch(series, key, load) : unwatched(key, load);
    };
    const total = (name: string) =>
      counterIncrease(finitePoints(series, metricKey(name, each)), load.startedAt, load.endedAt);
    const seconds = total(`${kind.wait}_sum`);
    return {
      process: each.process ?? each.pool ?? '',
      waiting: one(kind.waiting),
      inUse: one(kind.inUse),
      acquired: one(`${kind.wait}_count`),
      waited: one(`${kind.wait}_sum`),
      count: total(`${kind.wait}_count`),
      waitedMs: seconds === null ? null : seconds * 1_000,
    };
  });
}

function symptomOf(pool: Pool): Symptom | null {
  const { waiting, acquired, process } = pool;
  if (waiting.lack === 'too-short' || acquired.lack === 'too-short') return null;
  const queue = worstSeconds(waiting);
  const span = queue !== null && queue.value > 0 ? queue : worstSeconds(pool.waited);
  if (span === null) return null;
  const { from, to } = span;
  const meanMs = meanWait(pool, from, to);
  const waiters = quantile(valuesIn(waiting, from, to), 0.5);
  const isWaiting =
    meanMs === null
      ? (waiters ?? 0) >= waitersAlone
      : waiters === null
        ? meanMs >= waitAloneMs
        : waiters >= 1 && meanMs >= waitMs;
  if (!isWaiting) return null;
  return {
    rule: waiters === null ? 'slow-acquire' : meanMs === null ? 'waiting-only' : 'waiting',
    confidence: waiters === null || meanMs === null ? 'medium' : 'high',
    evidence: evidenceOf(pool, from, to),
    detail: {
      process,
      ...(waiters === null ? {} : { waiting: waiters }),
      ...(meanMs === null ? {} : { waitMs: meanMs }),
    },
    surer: [{ id: 'pool-wait-size', values: {} }],
  };
}

function meanWait({ acquired, waited }: Pool, from: number, to: number): number | null {
  const sum = (watched: Watch) => valuesIn(watched, from, to).reduce((total, value) => total + value, 0);
  const count = sum(acquired);
  return count > 0 ? (1_000 * sum(waited)) / count : null;
}

function byWaiters(a: Symptom, b: Symptom): number {
  return Number(b.detail.waiting ?? 0) - Number(a.detail.waiting ?? 0);
}

function evidenceOf(pool: Pool, from = pool.waiting.from, to = pool.waiting.to): Evidence[] {
  const median = (watched: Watch): Evidence[] => {
    const value = quantile(valuesIn(watched, from, to), 0.5);
    return value === null ? [] : [{ metric: watched.key, from, to, value, unit: '', comparedWith: null }];
  };
  const meanMs = meanWait(pool, from, to);
  return [
    ...median(pool.waiting),
    ...median(pool.inUse),
    ...(meanMs === null
      ? []
      : [
          {
            metric: pool.waited.key,
            from,
            to,
            value: meanMs,
            unit: 'ms',
            comparedWith: { value: waitMs, what: 'server-bound' },
          },
        ]),
  ];
}
