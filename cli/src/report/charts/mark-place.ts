import type { ChartMark } from './chart.ts';
import type { TimeAxis } from './time-axis.ts';

/** To a tenth of a second. */
export function secondsAt({ startedAt }: TimeAxis, t: number): number {
  return Math.round((t - startedAt) / 100) / 10;
}

export function stretchMark(kind: ChartMark['kind'], label: string, from: number, length: number): ChartMark {
  return { kind, label, from, to: Math.round((from + length) * 10) / 10, anchor: null };
}

/** The part of a mark that lies on the axis. */
export function clipped(one: ChartMark, { length }: TimeAxis): ChartMark[] {
  const from = Math.max(0, one.from);
  if (one.to === null) return one.from >= 0 && one.from <= length ? [one] : [];
  const to = Math.min(length, one.to);
  return to > from ? [{ ...one, from, to }] : [];
}
