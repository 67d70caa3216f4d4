import type { Host } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { keysOf, signal } from './signal.ts';

/** Something that can hold answers up, second by second. */
export interface Suspect {
  readonly id:
    | 'gc'
    | 'redis-slow'
    | 'lock-wait'
    | 'slow-query'
    | 'pool-wait'
    | 'event-loop'
    | 'generator-wait'
    | 'host-full';
  /** The metric that was read. */
  readonly metric: string;
  /** Moments of its readings; each stands for the second before it. */
  readonly readings: ReadonlyArray<{ readonly t: number; readonly active: boolean }>;
}

interface Watched {
  readonly series: Series;
  readonly host: Host;
  readonly from: number;
  readonly to: number;
  /** Shorter than this nothing explains an answer that is called slow: half of its time. */
  readonly heldUpMs: number;
}

/** What is usual cannot explain what is not. */
const unusual = 3;
const hostFull = 0.95;
const waitingCores = 0.5;

/** Those that were watched, those first that cause others (GC delays the event loop, a full machine delays all). */
export function suspectsOf(watched: Watched): Suspect[] {
  const { series, host, heldUpMs } = watched;
  const seconds = heldUpMs / 1_000;
  const make = (id: Suspect['id'], names: readonly string[], least: number, tags = {}) =>
    names.flatMap((name) => suspect(watched, id, keysOf(series, name, tags), least));
  return [
    ...make('gc', ['nodejs_gc_duration_seconds_sum', 'jvm_gc_pause_seconds_sum'], seconds),
    ...make('redis-slow', ['redis_slowlog_entries'], Number.MIN_VALUE),
    ...make('redis-slow', ['redis_ping_ms'], heldUpMs),
    ...make('lock-wait', ['mysql_row_lock_ms'], heldUpMs),
    ...make('slow-query', ['mysql_slow_queries'], Number.MIN_VALUE),
    ...make('pool-wait', ['mysql_pool_waiting'], 1),
    ...make('event-loop', ['nodejs_eventloop_lag_max_seconds'], seconds),
    ...make('generator-wait', ['process_cpu_wait_cores'], waitingCores, { process: 'k6' }),
    ...make('host-full', ['host_cpu_busy_cores'], hostFull * host.cpuCount),
  ];
}

/** Of several processes or kinds the highest at each moment counts. */
function suspect({ series, from, to }: Watched, id: Suspect['id'], keys: readonly string[], least: number): Suspect[] {
  const highest = new Map<number, number>();
  let metric: string | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const key of keys) {
    for (const { t, value } of signal(series, key, from, to)) {
      if (!Number.isFinite(value)) continue;
      highest.set(t, Math.max(highest.get(t) ?? value, value));
      if (value > most) {
        most = value;
        metric = key;
      }
    }
  }
  if (metric === null) return [];
  const points: Point[] = [...highest].sort(([a], [b]) => a - b).map(([t, value]) => ({ t, value }));
  const usual = quantile(
    points.map(({ value }) => value),
    0.5,
  );
  // A full machine is full: that it is so all the time shows in the share of the other seconds.
  const bound = id === 'host-full' ? least : Math.max(least, unusual * (usual ?? 0));
  return [{ id, metric, readings: points.map(({ t, value }) => ({ t, active: value >= bound })) }];
}
