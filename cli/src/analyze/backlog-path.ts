import { workedOffKey } from '../record/backlog-metric.ts';
import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import type { Series } from '../record/series-index.ts';
import { mean } from '../stats/mean.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import { backlogGrowth } from './backlog-growth.ts';
import { keysOf, signal } from './signal.ts';
import type { Suspect } from './stage.ts';
import type { Evidence } from './symptom.ts';

/** What answers do not wait for, but what must be worked off after them, in the order of its way. */
const queues = [
  { metric: 'redis_stream_lag', component: 'writer' },
  { metric: 'outbox_pending_rows', component: 'relay' },
  { metric: 'kafka_consumer_lag', component: 'consumer' },
] as const;

/** Entries; a batch of the usual size comes and goes without anybody being slow. */
const leastBacklog = 100;
const fullLoop = 0.95;
const ownCore = 0.85;

export interface GrowingBacklog extends Suspect {
  readonly perSecond: number;
  readonly level: number;
}

/**
 * The backlog that grew fastest until the end of the load; null where none did.
 *
 * @param isFull the machine had no CPU left: whoever works the backlog off may only have lacked it
 */
export function growingBacklog(series: Series, from: number, to: number, isFull: boolean): GrowingBacklog | null {
  const growing = queues.flatMap(({ metric, component }) =>
    keysOf(series, metric).flatMap((key) => {
      const growth = backlogGrowth(within(series.points.get(key) ?? [], from, to), leastBacklog);
      return growth?.isGrowing === true ? [{ key, component, growth }] : [];
    }),
  );
  const fastest = growing.toSorted((a, b) => b.growth.perSecond - a.growth.perSecond)[0];
  if (fastest === undefined) return null;
  const { key, component, growth } = fastest;
  const window = { from: growth.from, to: growth.to };
  const loop = fullLoopOf(series, growth.from, growth.to);
  return {
    component,
    resource: loop === null ? 'processing' : 'event-loop',
    confidence: isFull ? 'medium' : 'high',
    perSecond: growth.perSecond,
    level: growth.level,
    evidence: [
      { metric: key, ...window, value: growth.level, unit: 'records', comparedWith: null },
      ...rates(series, key, growth.from, growth.to),
      ...(loop === null ? [] : [{ ...loop, ...window }]),
    ],
  };
}

/** How much is worked off a second, beside how much comes, where both are read. */
function rates(series: Series, key: string, from: number, to: number): Evidence[] {
  const consumed = workedOffKey(key);
  if (consumed === null) return [];
  const produced = metricKey('kafka_end_offset', { topic: parseMetricKey(key).tags.topic ?? '' });
  const [came, went] = [meanRate(series, produced, from, to), meanRate(series, consumed, from, to)];
  if (came === null || went === null) return [];
  const comparedWith = { value: came, what: 'stage-arrivals' };
  return [{ metric: consumed, from, to, value: went, unit: 'per-second', comparedWith }];
}

function meanRate(series: Series, key: string, from: number, to: number): number | null {
  return mean(signal(series, key, from, to).map(({ value }) => value));
}

/** The event loop of a process that answers no requests, at its ceiling. */
function fullLoopOf(series: Series, from: number, to: number) {
  for (const key of keysOf(series, 'nodejs_eventloop_utilization_ratio')) {
    const { process = '' } = parseMetricKey(key).tags;
    if (keysOf(series, 'http_request_duration_seconds_count', { process }).length > 0) continue;
    const middle = (of: string) =>
      quantile(
        signal(series, of, from, to).map(({ value }) => value),
        0.5,
      ) ?? 0;
    const busy = middle(key);
    const cores = middle(metricKey('process_cpu_cores', { process }));
    if (busy >= fullLoop && cores >= ownCore) return { metric: key, value: busy, unit: 'share', comparedWith: null };
  }
  return null;
}
