import { metricInfo } from '../record/metric-catalog.ts';
import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { SampleLine } from '../record/series.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { beganAnew, counterIncrease, increases, within } from '../stats/window.ts';
import { bornByCountingIn, restartShownBy } from './born-by-counting.ts';
import { type GateExpression, satisfies } from './gate-expression.ts';
import type { Followed, Measured, Missing } from './measured.ts';
import { samplesNeeded } from './samples-needed.ts';
import { wasRestarted } from './store-restart.ts';
import type { JudgedWindow } from './window.ts';

const secondMs = 1_000;
// What happened in a long gap is not known; one late reading is the noise of a busy machine.
const toleratedGap = 0.1;
const toleratedReadings = 1;
// A reading may take two seconds and stands for the second in which it began.
const lastReadingMs = 3_000;

/** One of the series that a gate selects, with all readings of the probe that it comes from. */
interface Watched {
  readonly points: readonly Point[];
  readonly readings: readonly SampleLine[];
  /** It came into being while its probe was already reading, as a total per error or command does: from 0. */
  readonly bornAtZero: boolean;
}

/**
 * Of several series that the tags select, gauges are pooled (`max` is the highest of all; of the `last` readings the
 * one that breaks the gate counts), and the increases of counters are added. Null when no series is selected.
 */
export function fromProbes(
  selector: Metric,
  expression: GateExpression,
  series: Series,
  window: JudgedWindow,
): Followed | null {
  const selected = select(series, selector);
  const watched = selected.length > 0 ? selected : nothingCounted(series, selector);
  if (watched.length === 0) return null;
  const isCounter = metricInfo(selector.name).kind === 'counter';
  const isReset = isCounter && startedAnew(watched, series, selector, window);
  if (expression.aggregation.kind === 'last') {
    return isReset ? missing('counter-reset') : { measured: last(watched, expression, window), moments: [] };
  }
  if (!isCounter) return gauges(watched, expression, window);
  const { measured, moments } = counters(watched, expression, window);
  return { measured: isReset && 'value' in measured ? { ...measured, isLeast: true } : measured, moments };
}

/** By the totals themselves, and for those that are not there until they count something by another of the same source. */
function startedAnew(
  watched: readonly Watched[],
  { points }: Series,
  { name }: Metric,
  { loadStart, drainEnd }: JudgedWindow,
): boolean {
  const witness = points.get(restartShownBy(name) ?? '') ?? [];
  return (
    [witness, ...watched.map((one) => one.points)].some((list) => beganAnew(list, loadStart, drainEnd)) ||
    // A total of 0 does not fall: there the uptime tells.
    watched.some(({ readings }) => wasRestarted(readings, loadStart, drainEnd))
  );
}

function select(series: Series, selector: Metric): Watched[] {
  return [...series.points].flatMap(([key, points]) => {
    const metric = parseMetricKey(key);
    if (!selects(selector, metric)) return [];
    const readings = [...series.readings.values()].find((lines) =>
      lines.some(({ values }) => values?.[key] !== undefined),
    );
    const born = points[0]?.t ?? 0;
    const readBefore = readings?.some(({ t, outcome }) => outcome === 'ok' && t < born) ?? false;
    const bornAtZero = readBefore && Object.keys(metric.tags).length > 0;
    return [{ points, readings: readings ?? [], bornAtZero }];
  });
}

/** As if the source had said 0 in each of its readings. */
function nothingCounted({ readings }: Series, { name }: Metric): Watched[] {
  const lines = readings.get(bornByCountingIn(name) ?? '') ?? [];
  const points = lines.filter(({ outcome }) => outcome === 'ok').map(({ t }) => ({ t, value: 0 }));
  return points.length === 0 ? [] : [{ points, readings: lines, bornAtZero: false }];
}

/** After the drain, because a backlog in the middle of the load is no fault. */
function last(watched: readonly Watched[], expression: GateExpression, { loadEnd, drainEnd }: JudgedWindow): Measured {
  const since = Math.max(loadEnd, drainEnd - lastReadingMs);
  const values = watched.map(({ points }) => points.filter(({ t }) => t >= since).at(-1)?.value);
  return breakingOne(values, expression, 'no-reading-after-load');
}

/** The value that breaks the gate, else the first; missing when one series has none. */
function breakingOne(
  values: ReadonlyArray<number | undefined>,
  expression: GateExpression,
  missing: 'no-reading' | 'no-reading-after-load',
): Measured {
  const known = values.filter((value) => value !== undefined);
  const value = known.find((one) => !satisfies(one, expression)) ?? known[0];
  return value === undefined || known.length < values.length ? { missing } : { value, samples: known.length };
}

/** Over load and drain: what is written late counts as well. */
function counters(watched: readonly Watched[], { aggregation }: GateExpression, window: JudgedWindow): Followed {
  const { loadStart, loadEnd, drainEnd } = window;
  const known = watched
    .map(({ points, bornAtZero }) => counterIncrease(points, loadStart, drainEnd, bornAtZero))
    .filter((increase) => increase !== null);
  if (known.length < watched.length) return missing('no-reading');
  if (watched.some((one) => hasGap(one, window, one.bornAtZero))) return missing('gap');
  // A total needs only its end, so one reading there bridges a gap in the drain.
  if (watched.some(({ points }) => within(points, drainEnd - lastReadingMs, drainEnd).length === 0)) {
    return missing('no-reading-after-load');
  }
  const total = known.reduce((sum, increase) => sum + increase, 0);
  const samples = known.length;
  const moments = watched.map(({ points }) => increases(points).filter(({ t }) => t > loadStart && t <= loadEnd));
  switch (aggregation.kind) {
    case 'count':
      return { measured: { value: total, samples }, moments };
    case 'rate':
      return {
        measured: { value: total / ((drainEnd - loadStart) / secondMs), samples },
        moments: moments.map((points) => points.map(({ t, value, seconds }) => ({ t, value: value / seconds }))),
      };
    default:
      return missing('method');
  }
}

function gauges(watched: readonly Watched[], expression: GateExpression, window: JudgedWindow): Followed {
  const moments = watched.map(({ points }) => within(points, window.loadStart, window.loadEnd));
  if (moments.some((points) => points.length === 0)) return missing('no-reading');
  if (watched.some((one) => hasGap(one, window, false))) return missing('gap');
  return { measured: pooled(moments, expression), moments };
}

function pooled(moments: ReadonlyArray<readonly Point[]>, expression: GateExpression): Measured {
  const { aggregation } = expression;
  const values = moments.flat().map(({ value }) => value);
  const samples = values.length;
  const of = (value: number | null): Measured => (value === null ? { missing: 'no-reading' } : { value, samples });
  switch (aggregation.kind) {
    case 'max':
      return of(quantile(values, 1));
    case 'min':
      return of(quantile(values, 0));
    case 'avg':
      return of(values.reduce((a, b) => a + b, 0) / samples);
    case 'med':
      return of(quantile(values, 0.5));
    case 'value':
      return breakingOne(
        moments.map((points) => points.at(-1)?.value),
        expression,
        'no-reading',
      );
    case 'percentile':
      if (samples < samplesNeeded(aggregation.percentile)) return { missing: 'too-few-samples' };
      return of(quantile(values, aggregation.percentile / 100));
    default:
      return { missing: 'method' };
  }
}

/** The sampler reads in every whole second: one of the load without a value is missing. */
function hasGap({ points, readings }: Watched, { loadStart, loadEnd }: JudgedWindow, bornAtZero: boolean): boolean {
  const seconds = Math.floor(loadEnd / secondMs) - Math.ceil(loadStart / secondMs) + 1;
  const born = points[0]?.t ?? Number.POSITIVE_INFINITY;
  const unborn = bornAtZero
    ? within(readings, loadStart, loadEnd).filter((line) => line.t < born && line.outcome === 'ok')
    : [];
  const gap = seconds - within(points, loadStart, loadEnd).length - unborn.length;
  return gap > Math.max(toleratedReadings, toleratedGap * seconds);
}

function missing(why: Missing): Followed {
  return { measured: { missing: why }, moments: [] };
}
