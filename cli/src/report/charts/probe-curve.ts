import { metricInfo } from '../../record/metric-catalog.ts';
import { parseMetricKey } from '../../record/metric-key.ts';
import type { Point, Series } from '../../record/series-index.ts';
import { rates } from '../../stats/window.ts';
import { type Curve, emptyCurve, secondOf, type TimeAxis } from './time-axis.ts';

/** The series of one metric of a probe that are alike in some tags, added up. */
export interface ProbeCurve {
  /** Values of those tags. */
  readonly tags: readonly string[];
  readonly curve: Curve;
}

export interface ProbeKeys {
  readonly key: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The keys of a run by the name of their metric; each is parsed once. */
export function probeKeys({ points }: Series): ReadonlyMap<string, readonly ProbeKeys[]> {
  const byName = new Map<string, ProbeKeys[]>();
  for (const key of [...points.keys()].sort()) {
    const { name, tags } = parseMetricKey(key);
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [{ key, tags }]);
    else list.push({ key, tags });
  }
  return byName;
}

/** A gauge as it was read, a counter as its growth per second; one curve for each set of values of the tags in `by`. */
export function probeCurves(
  series: Series,
  axis: TimeAxis,
  name: string,
  keys: readonly ProbeKeys[],
  by: readonly string[],
): ProbeCurve[] {
  const isCounter = metricInfo(name).kind === 'counter';
  const curves = new Map<string, ProbeCurve>();
  for (const { key, tags } of keys) {
    const values = by.map((tag) => tags[tag] ?? '').filter((value) => value !== '');
    const id = JSON.stringify(values);
    const found = curves.get(id) ?? { tags: values, curve: emptyCurve(axis) };
    curves.set(id, found);
    const points = series.points.get(key) ?? [];
    addTo(found.curve, isCounter ? rates(points) : points, axis);
  }
  return [...curves]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, found]) => (found.curve.some((value) => value !== null) ? [found] : []));
}

function addTo(curve: Curve, points: readonly Point[], axis: TimeAxis): void {
  for (const { t, value } of points) {
    const second = secondOf(axis, t);
    if (second >= 0 && Number.isFinite(value)) curve[second] = (curve[second] ?? 0) + value;
  }
}
