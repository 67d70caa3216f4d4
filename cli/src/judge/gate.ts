import { parseMetricKey } from '../record/metric-key.ts';
import type { ThresholdResult } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { longestBroken } from '../stats/window.ts';
import { type Gate, type GateExpression, satisfies } from './gate-expression.ts';
import { fromLoad } from './load-gate.ts';
import type { Followed } from './measured.ts';
import { fromProbes } from './probe-gate.ts';
import type { JudgedWindow } from './window.ts';

const secondMs = 1_000;

/** Evaluates a gate over the probes' series that its metric selects, or else over k6's own. */
export function evaluateGate(gate: Gate, series: Series, window: JudgedWindow): ThresholdResult {
  const asked = { ...window, loadStart: window.loadStart + gate.expression.afterMs };
  if (asked.loadStart >= asked.loadEnd) return noData(gate, 'no-reading');
  const selector = parseMetricKey(gate.metric);
  const followed =
    fromProbes(selector, gate.expression, series, asked) ?? fromLoad(selector, gate.expression, series, asked);
  return toResult(gate, followed);
}

function toResult(gate: Gate, { measured, moments }: Followed): ThresholdResult {
  const { expression } = gate;
  if ('missing' in measured) return noData(gate, measured.missing);
  const { value, samples, isLeast = false } = measured;
  const result = { ...base(gate), observed: value, samples, ...compare(value, moments, expression) };
  if (!isLeast) return result;
  const isCertain = staysWithMore(result.outcome === 'held', value, expression);
  return isCertain ? { ...result, reason: 'counter-reset' } : noData(gate, 'counter-reset');
}

function compare(
  value: number,
  moments: Followed['moments'],
  expression: GateExpression,
): Pick<ThresholdResult, 'outcome' | 'reason'> {
  if (expression.forMs === null) return { outcome: satisfies(value, expression) ? 'held' : 'broken', reason: null };
  const longest = longestBreak(moments, expression);
  if (longest >= expression.forMs) return { outcome: 'broken', reason: 'broken-for' };
  return { outcome: 'held', reason: longest > 0 ? 'broken-shorter' : null };
}

/** More can only break a limit from above and only keep one from below; it is equal to nothing that it has passed. */
function staysWithMore(isHeld: boolean, value: number, { operator, limit, forMs }: GateExpression): boolean {
  if (operator.startsWith('>')) return isHeld;
  if (operator.startsWith('<')) return !isHeld;
  return forMs === null && value > limit;
}

/** `for 10s`: broken only if single seconds of one series broke it for that long without a break. */
function longestBreak(moments: Followed['moments'], expression: GateExpression): number {
  const breaks = moments.map((points) => longestBroken(points, secondMs, (value) => !satisfies(value, expression)));
  return Math.max(0, ...breaks);
}

function noData(gate: Gate, reason: string): ThresholdResult {
  return { ...base(gate), outcome: 'no-data', observed: null, samples: null, reason };
}

function base({ metric, expression }: Gate) {
  return { source: 'loadkit' as const, metric, expression: expression.text, level: expression.level };
}
