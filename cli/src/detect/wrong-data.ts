import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import type { DetectorOrder } from './detector-order.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

type Order = Pick<DetectorOrder, 'watch' | 'freshnessMs'>;

/** What the stores are asked once a second beside what every run asks them. */
export interface WrongDataQuestions {
  readonly mysqlQueries: ReadonlyArray<{ readonly metric: string; readonly sql: string }>;
  readonly redisBounds: ReadonlyArray<{
    readonly metric: string;
    readonly count: readonly [string, ...string[]];
    readonly atMost: readonly [string, ...string[]];
  }>;
}

export function wrongDataQuestions({ watch, freshnessMs }: Order): WrongDataQuestions {
  const late = watch.unprocessed.map(({ name, sql }) => ({
    metric: unprocessedKey(name),
    sql: sql.replaceAll(':freshness', String(Math.round(freshnessMs))),
  }));
  const wrong = watch.violations.flatMap((one) => ('sql' in one ? [{ metric: wrongKey(one.name), sql: one.sql }] : []));
  const redisBounds = watch.violations.flatMap((one) =>
    'redis' in one ? [{ metric: wrongKey(one.name), ...one.redis }] : [],
  );
  return { mysqlQueries: [...late, ...wrong], redisBounds };
}

/**
 * Data that are wrong though nobody is told: work that was confirmed and is not done in time, which no lag shows when its event
 * was lost, and what must hold at any moment and does not.
 */
export function wrongDataStreams({ watch }: Order): Stream[] {
  return [
    ...watch.unprocessed.map(({ name }) => countStream(`unprocessed:${name}`, unprocessedKey(name))),
    ...watch.violations.map(({ name }) => countStream(`wrong:${name}`, wrongKey(name))),
  ];
}

function unprocessedKey(name: string): string {
  return metricKey('unprocessed_count', { name });
}

function wrongKey(name: string): string {
  return metricKey('wrong_count', { name });
}

/** A count that is 0 where all is well: bad from one on. A reading that failed says nothing. */
function countStream(name: string, key: string): Stream {
  const find = seriesFinder(parseMetricKey(key));
  let [samples, most] = [0, 0];
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      const counts = find(reading).map(([, count]) => count);
      if (counts.length === 0) return [];
      if (signal !== null) return signal.judge(reading.t, Math.max(...counts));
      samples += 1;
      most = Math.max(most, ...counts);
      return [];
    },
    begin: () => {
      [samples, most] = [0, 0];
    },
    calibrate: () => {
      if (samples === 0) return null;
      if (most > 0) return { refused: `${name}: ${most} while it was calibrated` };
      signal = createLimitSignal(name, 1, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
