import { parseMetricKey } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { counterIncrease, increases, within } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom, secondBefore } from './symptom.ts';
import { finitePoints, unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * Redis itself, the worst first.
 *
 * - `evicting`: it threw keys away for want of memory. `rejected`: it turned connections away.
 * - `failing`: replies that no command of a healthy server gets (OOM, READONLY, LOADING, …).
 * - `slow-round-trip`: PING took 3 ms for ten seconds (quiet: 0.3–0.8 ms; on two cores that strangers filled 0.4–1.7 ms;
 *   single readings up to 15 ms mean nothing).
 * - `slow-commands`: five entries in the slow log (10 ms where nobody set it); one or two came from a full machine.
 * - `errors`: other error replies for one command in a thousand, 30 at least (a service that starts caused 10 to 16).
 * - `blocked-clients`: ten more clients than before the load waited in a blocking command. One worker that waits for
 *   its stream is such a client from beginning to end.
 */
const slowPingMs = 3;
const leastSlow = 5;
const leastErrors = 30;
const errorShare = 0.001;
const moreBlocked = 10;
const unhealthy = new Set(['OOM', 'READONLY', 'LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'MISCONF', 'NOREPLICAS', 'BUSY']);
/** A script that is sent after its digest was not known, and a group that is there already. */
const harmless = new Set(['NOSCRIPT', 'BUSYGROUP']);

const id = 'redis';

export const redis = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const one = (key: string) => (series.points.has(key) ? watch(series, key, load) : unwatched(key, load));
    const ping = one('redis_ping_ms');
    const symptoms = [
      counted('evicting', 'redis_evicted_keys', 1, series, load),
      counted('rejected', 'redis_rejected_connections', 1, series, load),
      errorsOf('failing', (error) => unhealthy.has(error), 1, series, load),
      slowPing(ping),
      counted('slow-commands', 'redis_slowlog_entries', leastSlow, series, load),
      errorsOf(
        'errors',
        (error) => !unhealthy.has(error) && !harmless.has(error),
        Math.max(leastErrors, errorShare * (total(series, 'redis_commands', load) ?? 0)),
        series,
        load,
      ),
      blockedOf(one('redis_blocked_clients'), series, load),
    ].filter((symptom) => symptom !== null);
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const evidence = [
      ...pingEvidence(ping, ping.from, ping.to),
      ...['redis_slowlog_entries', 'redis_evicted_keys', 'redis_rejected_connections'].flatMap((key) =>
        countEvidence(key, total(series, key, load), load.startedAt, load.endedAt),
      ),
    ];
    const lack = commonLack([ping.lack]);
    if (lack !== null) return insufficient(id, lack, evidence);
    return ok(id, evidence, { pingMs: quantile(valuesIn(ping, ping.from, ping.to), 0.5) ?? 0 });
  },
} as const satisfies Analyzer<'load' | 'series'>;

function slowPing(ping: Watch): Symptom | null {
  const worst = worstSeconds(ping);
  if (worst === null || ping.lack === 'too-short' || worst.value < slowPingMs) return null;
  return {
    rule: 'slow-round-trip',
    confidence: 'medium',
    evidence: pingEvidence(ping, worst.from, worst.to),
    detail: { pingMs: worst.value, slowSeconds: ping.points.filter(({ value }) => value >= slowPingMs).length },
    surer: [{ id: 'redis-latency', values: {} }],
  };
}

function pingEvidence({ key, ...rest }: Watch, from: number, to: number): Evidence[] {
  const value = quantile(valuesIn(rest, from, to), 0.5);
  const comparedWith = { value: slowPingMs, what: 'server-bound' };
  return value === null ? [] : [{ metric: key, from, to, value, unit: 'ms', comparedWith }];
}

function counted(rule: string, key: string, least: number, series: Series, load: Load): Symptom | null {
  const count = total(series, key, load) ?? 0;
  if (count < least) return null;
  const { firstAt, lastAt } = growthSpan(series, [key], load);
  const detail = { eventsCount: count, firstAt };
  return { rule, confidence: 'high', evidence: countEvidence(key, count, secondBefore(firstAt), lastAt), detail };
}

function errorsOf(
  rule: string,
  isMeant: (error: string) => boolean,
  least: number,
  series: Series,
  load: Load,
): Symptom | null {
  const kinds = keysOf(series, 'redis_errors')
    .map((key) => ({ key, error: parseMetricKey(key).tags.error ?? '', count: total(series, key, load, true) ?? 0 }))
    .filter(({ error, count }) => count > 0 && isMeant(error))
    .sort((a, b) => b.count - a.count);
  const [most] = kinds;
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  if (most === undefined || count < least) return null;
  const { firstAt, lastAt } = growthSpan(
    series,
    kinds.map(({ key }) => key),
    load,
  );
  return {
    rule,
    confidence: rule === 'failing' ? 'high' : 'medium',
    evidence: kinds.slice(0, 3).flatMap((kind) => countEvidence(kind.key, kind.count, secondBefore(firstAt), lastAt)),
    detail: { errorsCount: count, error: most.error, firstAt },
  };
}

function blockedOf(blocked: Watch, series: Series, load: Load): Symptom | null {
  const worst = worstSeconds(blocked);
  const before = finitePoints(series, blocked.key).filter(({ t }) => t < load.startedAt);
  if (worst === null || blocked.lack !== null || before.length === 0) return null;
  const calm = before.reduce((most, { value }) => Math.max(most, value), 0);
  if (worst.value < calm + moreBlocked) return null;
  const { from, to, value } = worst;
  const comparedWith = { value: calm, what: 'before-load' };
  return {
    rule: 'blocked-clients',
    confidence: 'low',
    evidence: [{ metric: blocked.key, from, to, value, unit: '', comparedWith }],
    detail: { blocked: value, before: calm },
    surer: [{ id: 'redis-clients', values: {} }],
  };
}

/** @param born the counter appears with its first event (a kind of error) */
function total(series: Series, key: string, load: Load, born = false): number | null {
  const points = finitePoints(series, key);
  const hasOlder = [...series.readings.values()].some((lines) => lines.some(({ t }) => t < load.startedAt));
  return counterIncrease(points, load.startedAt, load.endedAt, born && hasOlder);
}

function growthSpan(series: Series, keys: readonly string[], load: Load): { firstAt: number; lastAt: number } {
  const moments = keys
    .flatMap((key) => within(increases(finitePoints(series, key)), load.startedAt, load.endedAt))
    .flatMap(({ t, value }) => (value > 0 ? [t] : []));
  const firstAt = moments.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastAt = moments.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Number.isFinite(firstAt) ? { firstAt, lastAt } : { firstAt: load.startedAt, lastAt: load.endedAt };
}

function countEvidence(metric: string, count: number | null, from: number, to: number): Evidence[] {
  return count === null ? [] : [{ metric, from, to, value: count, unit: 'count', comparedWith: null }];
}
