import type { Load } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { within } from '../stats/window.ts';
import { type WorstWindow, worstWindow } from '../stats/worst-window.ts';
import { signal } from './signal.ts';

/** Why a metric cannot be judged; also the rule of the finding that says so. */
export type Lack = 'not-watched' | 'too-short' | 'gaps';

/** What a probe read of a metric during the load, without its first seconds, in which connections and users are made. */
export interface Watch {
  readonly key: string;
  /** A gauge as it was read, a counter as its growth per second. Finite, in the order of time. */
  readonly points: readonly Point[];
  readonly from: number;
  readonly to: number;
  /** Null when there is enough to find nothing wrong. */
  readonly lack: Lack | null;
}

const settleMs = 2_000;
const leastLoadMs = 10_000;
/** A probe that did not answer half of the time may have missed just the half that mattered. */
const leastCovered = 0.5;
const windowMs = 10_000;
/** A load of ten seconds has eight after its start; one may be late. */
const leastReadings = 7;

export function watch(series: Series, key: string, load: Load, factor = 1): Watch {
  const from = load.startedAt + settleMs;
  const to = load.endedAt;
  const read = finitePoints(series, key);
  const points = signal({ ...series, points: new Map([[key, read]]) }, key, from, to).map(({ t, value }) => ({
    t,
    value: value * factor,
  }));
  return { key, points, from, to, lack: lackOf(read, points, load) };
}

/** A metric that is not there. */
export function unwatched(key: string, load: Load): Watch {
  return { key, points: [], from: load.startedAt + settleMs, to: load.endedAt, lack: 'not-watched' };
}

/** The ten seconds with the highest median; null for too few readings. */
export function worstSeconds({ points }: Pick<Watch, 'points'>): WorstWindow | null {
  return worstWindow(points, windowMs, leastReadings);
}

/** Values of a watch between two moments, both included. */
export function valuesIn({ points }: Pick<Watch, 'points'>, from: number, to: number): number[] {
  return within(points, from, to).map(({ value }) => value);
}

export function finitePoints(series: Series, key: string): Point[] {
  return (series.points.get(key) ?? []).filter(({ value }) => Number.isFinite(value));
}

function lackOf(read: readonly Point[], points: readonly Point[], load: Load): Lack | null {
  const inLoad = within(read, load.startedAt, load.endedAt);
  if (inLoad.length === 0) return 'not-watched';
  const lengthMs = load.endedAt - load.startedAt;
  if (lengthMs < leastLoadMs) return 'too-short';
  return points.length < (leastCovered * (lengthMs - settleMs)) / 1_000 ? 'gaps' : null;
}
