import { mean } from '../../stats/mean.ts';
import type { Curve } from './time-axis.ts';

/** More points than this are no more to be seen, and make the page heavy. */
const mostPoints = 1_800;

/** Seconds that one drawn point stands for. */
export function binSecondsOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / mostPoints));
}

/**
 * The curve for drawing: one value per bin, the mean or the worst of its seconds. A bin is a gap only when all its seconds
 * are. Values are rounded to four digits: no screen shows more.
 */
export function thinned(curve: Readonly<Curve>, binSeconds: number, how: 'mean' | 'max'): Curve {
  const bins: Curve = [];
  for (let from = 0; from < curve.length; from += binSeconds) {
    const known = curve.slice(from, from + binSeconds).filter((value) => value !== null);
    const value = how === 'max' ? most(known) : mean(known);
    bins.push(value === null ? null : rounded(value));
  }
  return bins;
}

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
