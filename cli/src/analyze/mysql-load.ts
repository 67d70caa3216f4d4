import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { counterIncrease } from '../stats/window.ts';
import type { WorstWindow } from '../stats/worst-window.ts';
import type { Analyzer } from './analyzer.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { finitePoints, unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * How much MySQL or MariaDB had to do at once.
 *
 * - `slow-queries`: statements longer than the server's own bound (`long_query_time`, ten seconds where nobody set it);
 *   one or two may be its own or a probe's.
 * - `threads-running`: over ten seconds, four times as many statements at work as the machine has processors, without
 *   those that wait for a row lock. A pool of 16 on two cores showed 1 to 4 under load; with one hot product 9 to 13, and
 *   3 of them waited for its row.
 */
const leastSlow = 3;
const perCore = 4;
/** The probe's own statement. */
const itself = 1;

const id = 'mysql-load';

export const mysqlLoad = {
  id,
  requires: ['load', 'host', 'series'],
  analyze: ({ load, host, series }) => {
    const one = (key: string) => (series.points.has(key) ? watch(series, key, load) : unwatched(key, load));
    const running = one('mysql_threads_running');
    const commits = one('mysql_commits');
    const slowKey = 'mysql_slow_queries';
    const slow = counterIncrease(finitePoints(series, slowKey), load.startedAt, load.endedAt);
    const { from, to } = running;
    const slowEvidence: Evidence[] =
      slow === null ? [] : [{ metric: slowKey, from, to, value: slow, unit: 'count', comparedWith: null }];

    const symptoms: Symptom[] = [];
    if (slow !== null && slow >= leastSlow) {
      const slowSeconds = one(slowKey).points.filter(({ value }) => value > 0).length;
      symptoms.push({
        rule: 'slow-queries',
        confidence: 'high',
        evidence: slowEvidence,
        detail: { slowCount: slow, slowSeconds },
      });
    }
    const worst = worstSeconds(running);
    const atWork = worst === null ? 0 : worst.value - itself - lockWaiters(series, load, worst);
    const bound = perCore * host.cpuCount;
    if (host.shared && running.lack !== 'too-short' && worst !== null && atWork >= bound) {
      symptoms.push({
        rule: 'threads-running',
        confidence: 'medium',
        evidence: runningEvidence(running, worst.from, worst.to, bound),
        detail: { running: Math.round(atWork), limitCores: host.cpuCount },
        surer: [{ id: 'mysql-load-cause', values: {} }],
      });
    }
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const evidence = [...runningEvidence(running, from, to, bound), ...slowEvidence, ...rateEvidence(commits)];
    const lack = commonLack([running.lack]);
    if (lack !== null || slow === null) return insufficient(id, lack ?? 'not-watched', evidence);
    return ok(id, evidence, { slowCount: slow, running: Math.max(0, Math.round(atWork)) });
  },
} as const satisfies Analyzer<'load' | 'host' | 'series'>;

/** Transactions that wait for a row lock count as running, but no processor would help them. */
function lockWaiters(series: Series, load: Load, { from, to }: WorstWindow): number {
  const during = (key: string) =>
    series.points.has(key) ? (quantile(valuesIn(watch(series, key, load), from, to), 0.5) ?? 0) : 0;
  return Math.max(
    during('mysql_row_lock_ms') / 1_000,
    during('mysql_lock_waiters'),
    during('mysql_row_lock_current_waits'),
  );
}

function runningEvidence(running: Watch, from: number, to: number, bound: number): Evidence[] {
  const value = quantile(valuesIn(running, from, to), 0.5);
  const comparedWith = { value: bound, what: 'server-bound' };
  return value === null ? [] : [{ metric: running.key, from, to, value, unit: '', comparedWith }];
}

function rateEvidence(commits: Watch): Evidence[] {
  const { key: metric, from, to } = commits;
  const value = quantile(valuesIn(commits, from, to), 0.5);
  return value === null ? [] : [{ metric, from, to, value, unit: 'per-second', comparedWith: null }];
}
