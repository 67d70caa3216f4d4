import type { ReportedRun } from '../api-figures.ts';

/** The one axis of a run's time charts, in seconds since k6 was started, to the end of the drain. */
export interface TimeAxis {
  /** Second 0, epoch milliseconds. */
  readonly startedAt: number;
  /** Number of seconds. */
  readonly length: number;
}

/** One value per second; null: not measured. */
export type Curve = Array<number | null>;

/** A record with a time beyond reason must not cost the report. */
const mostSeconds = 2 * 24 * 3_600;

/** Null when nothing was measured between the start of the load and the end of the drain. */
export function timeAxis({ record, series }: ReportedRun): TimeAxis | null {
  const { load, phases } = record;
  if (load === null) return null;
  const { startedAt } = load;
  const drained = phases.find(({ name }) => name === 'drain')?.endedAt ?? load.endedAt;
  const until = Math.max(load.endedAt, drained);
  let last = Number.NEGATIVE_INFINITY;
  const note = (t: number) => {
    if (t >= startedAt && t <= until) last = Math.max(last, t);
  };
  // An export stands for what came before it, a reading for its moment.
  for (const { t } of series.load) note(t - 1);
  for (const readings of series.readings.values()) for (const { t } of readings) note(t);
  if (!Number.isFinite(last)) return null;
  const length = Math.floor((last - startedAt) / 1_000) + 1;
  return { startedAt, length: Math.min(length, mostSeconds) };
}

/** The second in which a moment (epoch milliseconds) lies; -1 outside of the axis. */
export function secondOf({ startedAt, length }: TimeAxis, t: number): number {
  const second = Math.floor((t - startedAt) / 1_000);
  return second >= 0 && second < length ? second : -1;
}

export function emptyCurve({ length }: TimeAxis): Curve {
  return new Array<number | null>(length).fill(null);
}
