import type { Alarm } from '../record/drill.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import type { Invariant } from '../record/run-record.ts';
import type { SampleLine } from '../record/series.ts';
import type { Point, Series } from '../record/series-index.ts';
import { beganAnew, counterIncrease, within } from '../stats/window.ts';

export interface WitnessInput {
  readonly series: Series;
  readonly baseline: { readonly from: number; readonly to: number };
  /** From the injection until its undo, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly alarms: readonly Alarm[];
  readonly invariants: readonly Invariant[];
}

/**
 * Whether anything beside the load saw a fault: an alarm, a process that ended, a probe that got no answer, a figure of a store
 * that was never like that in the baseline, an invariant. What only they saw was absorbed; what nobody saw may not have been there.
 */
export function wasWitnessed({ series, baseline, from, to, alarms, invariants }: WitnessInput): boolean {
  return (
    alarms.length > 0 ||
    series.events.some(({ name, t }) => name.startsWith('process-') && t >= from && t <= to) ||
    [...series.readings.values()].some((readings) => fellSilent(readings, baseline, from, to)) ||
    [...series.points].some(([key, points]) => tookNote(key, points, baseline, from, to)) ||
    invariants.some(({ outcome }) => outcome === 'violated')
  );
}

const fewSilences = 2;

/** Readings that failed or came late, twice at least and more often than before. */
function fellSilent(
  readings: readonly SampleLine[],
  baseline: WitnessInput['baseline'],
  from: number,
  to: number,
): boolean {
  const share = (all: readonly SampleLine[]) => {
    const missed = all.filter(({ outcome }) => outcome !== 'ok').length;
    return { missed, share: missed / Math.max(1, all.length) };
  };
  const during = share(within(readings, from, to));
  return during.missed >= fewSilences && during.share > 2 * share(within(readings, baseline.from, baseline.to)).share;
}

type Sign = (points: readonly Point[], baseline: WitnessInput['baseline'], from: number, to: number) => boolean;

/** What a store or the service says when it is hurt, by metric. */
const signs: Readonly<Record<string, Sign>> = {
  redis_ping_ms: rises(5),
  redis_blocked_clients: rises(3),
  redis_lock_ttl_ms: (points, baseline, from, to) => {
    const isForever = ({ value }: Point) => value === -1;
    return within(points, from, to).some(isForever) && !within(points, baseline.from, baseline.to).some(isForever);
  },
  redis_uptime_seconds: (points, _, from, to) => beganAnew(points, from, to),
  mysql_ping_ms: rises(5),
  mysql_lock_waiters: rises(3),
  mysql_row_lock_current_waits: rises(3),
  mysql_uptime_seconds: (points, _, from, to) => beganAnew(points, from, to),
  mysql_deadlocks: (points, baseline, from, to) => {
    const before = counterIncrease(points, baseline.from, baseline.to) ?? 0;
    const during = counterIncrease(points, from, to) ?? 0;
    return during >= 3 && during / Math.max(1, to - from) > 2 * (before / Math.max(1, baseline.to - baseline.from));
  },
  outbox_pending_rows: rises(20),
  redis_stream_lag: rises(20),
  redis_stream_pending: rises(20),
  kafka_consumer_lag: rises(20),
  kafka_metadata_ms: rises(20),
  kafka_group_members: (points, baseline, from, to) => {
    const least = Math.min(...within(points, baseline.from, baseline.to).map(({ value }) => value));
    return Number.isFinite(least) && within(points, from, to).some(({ value }) => value < least);
  },
  nodejs_eventloop_lag_max_seconds: rises(0.1),
};

function tookNote(
  key: string,
  points: readonly Point[],
  baseline: WitnessInput['baseline'],
  from: number,
  to: number,
): boolean {
  const { name } = parseMetricKey(key);
  return Object.hasOwn(signs, name) && signs[name]?.(points, baseline, from, to) === true;
}

/** Two readings above twice the highest of the baseline, and above it by `least`. A baseline without readings is none. */
function rises(least: number): Sign {
  return (points, baseline, from, to) => {
    const before = within(points, baseline.from, baseline.to).map(({ value }) => value);
    if (before.length === 0) return false;
    const highest = Math.max(...before);
    const limit = Math.max(2 * highest, highest + least);
    return within(points, from, to).filter(({ value }) => value > limit).length >= 2;
  };
}
