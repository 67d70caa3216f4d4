import { metricInfo } from '../record/metric-catalog.ts';
import { type Metric, parseMetricKey, selects } from '../record/metric-key.ts';
import type { ThresholdResult } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { counterIncrease, longestBroken, within } from '../stats/window.ts';
import { type Gate, type GateExpression, satisfies } from './gate-expression.ts';
import { loadPoints, loadValue } from './load-gate.ts';
import type { Measured } from './measured.ts';
import { samplesNeeded } from './samples-needed.ts';
import type { JudgedWindow } from './window.ts';

const secondMs = 1_000;
// A gate over a gauge wants nine readings in ten: what happened in a longer gap is not known.
const leastCoverage = 0.9;

/**
 * Evaluates a gate. Of several series that its tags select, gauges are pooled (`max` is the highest of all; of the
 * `last` readings the one that breaks the gate counts), and the increases of counters are added.
 */
export function evaluateGate(gate: Gate, series: Series, window: JudgedWindow): ThresholdResult {
  const { metric, expression } = gate;
  const selector = parseMetricKey(metric);
  const from = window.loadStart + expression.afterMs;
  const matching = matchingPoints(series, selector);
  const measured =
    matching.length > 0
      ? fromProbes(selector, matching, expression, { ...window, loadStart: from })
      : loadValue(selector, expression, within(series.load, from, Number.POSITIVE_INFINITY));
  const result = toResult(gate, measured);
  if (expression.forMs === null || result.outcome === 'no-data') return result;
  const points = matching.length > 0 ? matching.flat() : loadPoints(selector, expression, series.load);
  return heldLongEnough(result, within(points, from, window.loadEnd), expression, expression.forMs);
}

function matchingPoints(series: Series, selector: Metric): Array<readonly Point[]> {
  const found: Array<readonly Point[]> = [];
  for (const [key, points] of series.points) if (selects(selector, parseMetricKey(key))) found.push(points);
  return found;
}

function fromProbes(
  selector: Metric,
  matching: ReadonlyArray<readonly Point[]>,
  expression: GateExpression,
  window: JudgedWindow,
): Measured {
  if (expression.aggregation.kind === 'last') return lastReading(matching, expression, window);
  const { kind } = metricInfo(selector.name);
  return kind === 'counter' ? counter(matching, expression, window) : gauge(matching, expression, window);
}

/** After the drain, because a backlog in the middle of the load is no fault. */
function lastReading(
  matching: ReadonlyArray<readonly Point[]>,
  expression: GateExpression,
  window: JudgedWindow,
): Measured {
  const last = matching.map((points) => points.filter(({ t }) => t >= window.loadEnd).at(-1));
  const known = last.filter((point) => point !== undefined).map(({ value }) => value);
  if (known.length < matching.length) return { missing: 'no-reading-after-load' };
  const breaking = known.find((value) => !satisfies(value, expression));
  return { value: breaking ?? known[0] ?? 0, samples: known.length };
}

function counter(
  matching: ReadonlyArray<readonly Point[]>,
  { aggregation }: GateExpression,
  window: JudgedWindow,
): Measured {
  const increases = matching.map((points) => counterIncrease(points, window.loadStart, window.drainEnd));
  const known = increases.filter((increase) => increase !== null);
  if (known.length < matching.length) return { missing: 'no-reading' };
  if (matching.some((points) => coverage(points, window) < leastCoverage)) return { missing: 'gap' };
  const total = known.reduce((sum, increase) => sum + increase, 0);
  if (aggregation.kind === 'count' || aggregation.kind === 'value') return { value: total, samples: known.length };
  if (aggregation.kind !== 'rate') return { missing: 'method' };
  return { value: total / ((window.drainEnd - window.loadStart) / secondMs), samples: known.length };
}

function gauge(
  matching: ReadonlyArray<readonly Point[]>,
  { aggregation }: GateExpression,
  window: JudgedWindow,
): Measured {
  const values = matching
    .flatMap((points) => within(points, window.loadStart, window.loadEnd))
    .map(({ value }) => value);
  const last = values.at(-1);
  if (last === undefined) return { missing: 'no-reading' };
  if (matching.some((points) => coverage(points, window) < leastCoverage)) return { missing: 'gap' };
  const samples = values.length;
  switch (aggregation.kind) {
    case 'max':
      return { value: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY), samples };
    case 'min':
      return { value: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), samples };
    case 'avg':
      return { value: values.reduce((a, b) => a + b, 0) / samples, samples };
    case 'med':
      return { value: quantile(values, 0.5) ?? last, samples };
    case 'value':
      return { value: last, samples };
    case 'percentile':
      if (samples < samplesNeeded(aggregation.percentile)) return { missing: 'too-few-samples' };
      return { value: quantile(values, aggregation.percentile / 100) ?? last, samples };
    default:
      return { missing: 'method' };
  }
}

/** Share of the load's seconds that have a reading; a window under a second counts as covered. */
function coverage(points: readonly Point[], { loadStart, loadEnd }: JudgedWindow): number {
  const seconds = Math.floor(loadEnd / secondMs) - Math.ceil(loadStart / secondMs) + 1;
  return seconds < 1 ? 1 : within(points, loadStart, loadEnd).length / seconds;
}

function toResult({ metric, expression }: Gate, measured: Measured): ThresholdResult {
  const base = { source: 'loadkit' as const, metric, expression: expression.text, level: expression.level };
  if ('missing' in measured) {
    return { ...base, outcome: 'no-data', observed: null, samples: null, reason: measured.missing };
  }
  const outcome = satisfies(measured.value, expression) ? 'held' : 'broken';
  return { ...base, outcome, observed: measured.value, samples: measured.samples, reason: null };
}

/** `for 10s`: broken only if single readings broke it for that long without a break. */
function heldLongEnough(
  result: ThresholdResult,
  points: readonly Point[],
  expression: GateExpression,
  forMs: number,
): ThresholdResult {
  const longest = longestBroken(points, secondMs, (value) => !satisfies(value, expression));
  return longest >= forMs
    ? { ...result, outcome: 'broken', reason: 'broken-for' }
    : { ...result, outcome: 'held', reason: longest > 0 ? 'broken-shorter' : null };
}
