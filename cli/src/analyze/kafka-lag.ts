import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { type BacklogGrowth, backlogGrowth } from './backlog-growth.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * Do the consumers of a topic keep up?
 *
 * - `growing`: the lag grows towards the end of the load, by what two seconds bring and by 50 records at least
 *   (orders of 100/s in a quiet run: up to 19 records and 0.13 s, on a full machine 0.27 s).
 * - `late`: it does not grow, but for ten seconds the oldest record waited five seconds.
 *
 * A topic without records has a lag of 0, which is not a missing one.
 */
const leastRecords = 50;
const secondsBehind = 2;
const lateMs = 5_000;
const id = 'kafka-lag';

export const kafkaLag = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const groups = keysOf(series, 'kafka_consumer_lag').map((key) => readGroup(series, key, load));
    const symptoms = groups.flatMap((group) => symptomOf(group) ?? []).sort(byWeight);
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const evidence = groups.flatMap((group) => evidenceOf(group, group.lag.from, group.lag.to));
    const lack = commonLack(groups.map(({ lag }) => lag.lack));
    const [worst] = [...groups].sort((a, b) => highest(b.lag) - highest(a.lag));
    if (lack !== null || worst === undefined) return insufficient(id, lack ?? 'not-watched', evidence);
    const { topic } = worst;
    const isIdle = groups.every(({ lag, ends }) => highest(lag) === 0 && highest(ends) === 0);
    if (isIdle) return ok(id, evidence, { rule: 'idle', topic });
    const timed = worst.timeLag.points.length > 0;
    if (!timed) return ok(id, evidence, { rule: 'ok-untimed', topic, highestCount: highest(worst.lag) });
    return ok(id, evidence, { topic, highestCount: highest(worst.lag), highestMs: highest(worst.timeLag) });
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface Group {
  readonly group: string;
  readonly topic: string;
  readonly lag: Watch;
  readonly timeLag: Watch;
  /** Records written to the topic, and committed by the group, per second. */
  readonly ends: Watch;
  readonly commits: Watch;
}

function readGroup(series: Series, lagKey: string, load: Load): Group {
  const { group = '', topic = '' } = parseMetricKey(lagKey).tags;
  const one = (key: string): Watch => (series.points.has(key) ? watch(series, key, load) : unwatched(key, load));
  return {
    group,
    topic,
    lag: one(lagKey),
    timeLag: one(metricKey('kafka_consumer_time_lag_ms', { group, topic })),
    ends: one(metricKey('kafka_end_offset', { topic })),
    commits: one(metricKey('kafka_committed_offset', { group, topic })),
  };
}

function symptomOf(one: Group): Symptom | null {
  if (one.lag.lack === 'too-short') return null;
  const arrivals = quantile(valuesIn(one.ends, one.ends.from, one.ends.to), 0.5) ?? 0;
  const growth = backlogGrowth(one.lag.points, Math.max(leastRecords, secondsBehind * arrivals));
  if (growth?.isGrowing) return growing(one, growth);
  const late = worstSeconds(one.timeLag);
  if (late === null || late.value < lateMs) return null;
  const { group, topic } = one;
  return {
    rule: 'late',
    confidence: 'high',
    evidence: evidenceOf(one, late.from, late.to),
    detail: { group, topic, lateMs: late.value, highestCount: highest(one.lag) },
  };
}

function growing(one: Group, { perSecond, level, from, to }: BacklogGrowth): Symptom {
  const { group, topic } = one;
  const rate = (watched: Watch) => quantile(valuesIn(watched, from, to), 0.5);
  const writtenPerSecond = rate(one.ends);
  const readPerSecond = rate(one.commits);
  const agrees = writtenPerSecond !== null && readPerSecond !== null && writtenPerSecond > readPerSecond;
  return {
    rule: agrees ? 'growing' : 'growing-unrated',
    confidence: agrees ? 'high' : 'medium',
    evidence: evidenceOf(one, from, to),
    detail: {
      group,
      topic,
      growthPerSecond: perSecond,
      lagCount: level,
      ...(agrees ? { writtenPerSecond, readPerSecond } : {}),
    },
    surer: [{ id: 'longer-load', values: {} }],
  };
}

function byWeight(a: Symptom, b: Symptom): number {
  return Number(b.detail.growthPerSecond ?? 0) - Number(a.detail.growthPerSecond ?? 0);
}

function evidenceOf({ lag, timeLag, ends, commits }: Group, from: number, to: number): Evidence[] {
  const one = (watched: Watch, q: number, unit: string): Evidence[] => {
    const value = quantile(valuesIn(watched, from, to), q);
    return value === null ? [] : [{ metric: watched.key, from, to, value, unit, comparedWith: null }];
  };
  return [
    ...one(lag, 1, 'records'),
    ...one(timeLag, 1, 'ms'),
    ...one(ends, 0.5, 'per-second'),
    ...one(commits, 0.5, 'per-second'),
  ];
}

function highest({ points }: Watch): number {
  return points.reduce((most, { value }) => Math.max(most, value), 0);
}
