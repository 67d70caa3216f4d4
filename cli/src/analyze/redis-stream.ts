import { parseMetricKey } from '../record/metric-key.ts';
import type { Analyzer } from './analyzer.ts';
import { type BacklogGrowth, backlogGrowth } from './backlog-growth.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { type Watch, watch } from './watch.ts';

/**
 * Do the readers of a Redis stream keep up? `growing`: what they have not read grows towards the end of the load. How fast
 * entries come in is not known, so less than 200 entries mean nothing (issues of 500/s in a quiet run: up to 27
 * entries, of 900/s on a full machine up to 111, all read within a second).
 */
const leastEntries = 200;
const id = 'redis-stream';

export const redisStream = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const streams = keysOf(series, 'redis_stream_lag').map((key) => {
      const watched = watch(series, key, load);
      return { watched, growth: watched.lack === 'too-short' ? null : backlogGrowth(watched.points, leastEntries) };
    });
    const symptoms = streams
      .flatMap(({ watched, growth }) => (growth?.isGrowing ? [symptomOf(watched, growth)] : []))
      .sort((a, b) => Number(b.detail.growthPerSecond) - Number(a.detail.growthPerSecond));
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const most = streams.map(({ watched }) => ({ watched, lag: highest(watched) })).sort((a, b) => b.lag - a.lag);
    const evidence: Evidence[] = most.flatMap(({ watched: { key, points, from, to }, lag }) =>
      points.length === 0 ? [] : [{ metric: key, from, to, value: lag, unit: 'records', comparedWith: null }],
    );
    const lack = commonLack(streams.map(({ watched }) => watched.lack));
    const [worst] = most;
    if (lack !== null || worst === undefined) return insufficient(id, lack ?? 'not-watched', evidence);
    return ok(id, evidence, { stream: parseMetricKey(worst.watched.key).tags.stream ?? '', highestCount: worst.lag });
  },
} as const satisfies Analyzer<'load' | 'series'>;

function symptomOf({ key }: Watch, { perSecond, level, from, to }: BacklogGrowth): Symptom {
  const { stream = '', group = '' } = parseMetricKey(key).tags;
  const comparedWith = { value: leastEntries, what: 'server-bound' };
  return {
    rule: 'growing',
    confidence: 'high',
    evidence: [{ metric: key, from, to, value: level, unit: 'records', comparedWith }],
    detail: { stream, group, growthPerSecond: perSecond, lagCount: level },
    surer: [{ id: 'longer-load', values: {} }],
  };
}

function highest({ points }: Watch): number {
  return points.reduce((most, { value }) => Math.max(most, value), 0);
}
