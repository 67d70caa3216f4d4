import type { AnalysisInput } from '../../../src/analyze/analyzer.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries, type Series } from '../../../src/record/series-index.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadStart } from '../judge/built-run.ts';

/** What an analyzer gets of a run of 60 s on two cores with these readings. */
export function serverInput(
  curves: Readonly<Record<string, Curve>>,
  changes: Partial<AnalysisInput> = {},
): AnalysisInput {
  return { ...builtRecord(), load: builtLoad(), series: builtSeries(curves), ...changes };
}

/** The same load, cut after so many seconds. */
export function shortLoad(seconds: number) {
  return { load: builtLoad({ endedAt: loadStart + seconds * 1_000 }) };
}

export function flat(value: number): Curve {
  return () => value;
}

/** A counter that grows by `rate` a second, from two seconds before the load. */
export function counting(rate: number, start = 1_000): Curve {
  return (second) => start + rate * (second + 2);
}

/** Rises by `rate` a second from the beginning of the load. */
export function rising(rate: number, start = 0): Curve {
  return (second) => start + rate * Math.max(0, second);
}

/** Noise between 0 and 1 that is the same in every run. */
export function noise(second: number): number {
  const x = Math.sin(second * 12.9898 + 4.1414) * 43_758.5453;
  return x - Math.floor(x);
}

/** As many seconds as wanted, one reading each, from two before the load. */
export function longSeries(seconds: number, curves: Readonly<Record<string, (second: number) => number>>): Series {
  const lines = Array.from({ length: seconds }, (_, index): SeriesLine => {
    const values = Object.fromEntries(Object.entries(curves).map(([key, curve]) => [key, curve(index - 2)]));
    return { kind: 'sample', t: loadStart + (index - 2) * 1_000, probe: 'all', tookMs: 1, outcome: 'ok', values };
  });
  return indexSeries(lines);
}
