import { metricKey } from '../record/metric-key.ts';
import type { DetectorOrder } from './detector-order.ts';
import { highestStream } from './highest-stream.ts';
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

/** A count that is 0 where all is well: bad from one on. */
function countStream(name: string, selector: string): Stream {
  const refusal = (most: number) => (most > 0 ? `${name}: ${most} while it was calibrated` : null);
  return highestStream({ name, selector, limit: 1, refusal });
}
