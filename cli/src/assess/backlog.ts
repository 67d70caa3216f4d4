import { workedOffKey } from '../record/backlog-metric.ts';
import { isOf } from '../record/metric-key.ts';
import type { Drain } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { mostUsualBacklog } from '../stats/usual-backlog.ts';
import { counterIncrease, within } from '../stats/window.ts';
import type { PlannedLoad } from './planned-load.ts';

/** What waited to be processed, from the injection to the end of the drain. */
export interface BacklogCourse {
  /** First reading above what the baseline had; null: it never rose. */
  readonly roseAt: number | null;
  /** First reading that was as before again, of the last of its queues; null: none was. */
  readonly drainedAt: number | null;
  /** Waited when the load ended, beyond what the baseline had. */
  readonly late: number;
}

export interface BacklogInput {
  readonly points: Series['points'];
  readonly drain: Drain | null;
  /** Epoch milliseconds. */
  readonly loadEnd: number;
  readonly baseline: { readonly from: number; readonly to: number };
  /** From when on it is looked at. */
  readonly since: number;
  readonly planned: PlannedLoad;
}

interface Queue {
  readonly all: readonly Point[];
  /** From when on it is looked at. */
  readonly readings: readonly Point[];
  /** Entries, in the baseline. */
  readonly highest: number;
  /** Entries up to which it is as usual. */
  readonly limit: number;
}

/** What came in a surge may wait as long afterwards as it may in the baseline. */
const lingersMs = 2_000;

/**
 * The metrics of the drain, each against its own highest of the baseline; one reading above it is none, two in a row are. Of
 * more arrivals more wait as long as before (Little's law), so that a surge has a limit as many times as high.
 * Null where no backlog was read.
 */
export function followBacklog(input: BacklogInput): BacklogCourse | null {
  const { points, drain, loadEnd, baseline, since, planned } = input;
  const queues = Object.keys(drain?.left ?? {}).flatMap((key): Queue[] => {
    const all = points.get(key) ?? [];
    const readings = all.filter(({ t }) => t >= since);
    if (readings.length === 0) return [];
    const highest = highestOf(all, baseline);
    return [{ all, readings, highest, limit: mostUsualBacklog(highest, workedOffPerSecond(points, key, baseline)) }];
  });
  if (queues.length === 0) return null;
  const courses = queues.map(({ readings, limit }) => excess(readings, (t) => limit * planned.most(t - lingersMs, t)));
  const rises = courses.flatMap(({ roseAt }) => roseAt ?? []);
  const emptyAt = drain?.drained === true ? loadEnd + drain.tookMs : null;
  const ends = courses.map(({ endedAt }) => (endedAt === 'open' ? emptyAt : endedAt));
  return {
    roseAt: rises.length === 0 ? null : Math.min(...rises),
    drainedAt: ends.some((end) => end === null) ? null : Math.max(since, ...ends.flatMap((end) => end ?? [])),
    late: queues.reduce((sum, queue) => sum + lateOf(queue, loadEnd), 0),
  };
}

function highestOf(points: readonly Point[], { from, to }: BacklogInput['baseline']): number {
  return within(points, from, to).reduce((highest, { value }) => Math.max(highest, value), 0);
}

/** 0 where nobody counts. */
function workedOffPerSecond(
  points: BacklogInput['points'],
  key: string,
  { from, to }: BacklogInput['baseline'],
): number {
  if (to <= from) return 0;
  const counted = points.get(workedOffKey(key) ?? '') ?? [];
  return ((counterIncrease(counted, from, to) ?? 0) * 1_000) / (to - from);
}

interface Excess {
  readonly roseAt: number | null;
  /** When the last excess was over, −∞ for none; `open`: not before the last reading. */
  readonly endedAt: number | 'open';
}

function excess(readings: readonly Point[], limitAt: (t: number) => number): Excess {
  const isAbove = (index: number) => {
    const reading = readings[index];
    return reading !== undefined && reading.value > limitAt(reading.t);
  };
  const isConfirmed = (index: number) => isAbove(index) && (isAbove(index - 1) || isAbove(index + 1));
  const first = readings.findIndex((_, index) => isConfirmed(index));
  const last = readings.findLastIndex((_, index) => isConfirmed(index));
  if (first < 0) return { roseAt: null, endedAt: -Infinity };
  return { roseAt: readings[first]?.t ?? null, endedAt: readings[last + 1]?.t ?? 'open' };
}

/** By the last reading before the end of the load. */
function lateOf({ all, highest, limit }: Queue, loadEnd: number): number {
  const last = all.findLast(({ t }) => t <= loadEnd)?.value ?? 0;
  return last > limit ? last - highest : 0;
}

/**
 * Longest time that something confirmed waited to be processed: by the age of the oldest event that nobody had processed, and
 * by the drain, whose last entry was confirmed before the load ended. Milliseconds; null where neither was read.
 */
export function stalestMs({ points, drain, since }: Pick<BacklogInput, 'points' | 'drain' | 'since'>): number | null {
  const ages = [...points].flatMap(([key, readings]) => {
    if (!isOf(key, 'kafka_consumer_time_lag_ms')) return [];
    return readings.filter(({ t }) => t >= since).map(({ value }) => value);
  });
  const known = [...ages, ...(drain === null ? [] : [drain.tookMs])];
  return known.length === 0 ? null : known.reduce((longest, age) => Math.max(longest, age), 0);
}
