import { distance } from 'fastest-levenshtein';
import { metricInfo, probeMetricNames } from '../record/metric-catalog.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * A threshold in k6's notation with loadkit's additions behind it:
 * `max<1000`, `p(95)<300 for 10s after 15s warn`.
 */
export interface GateExpression {
  readonly text: string;
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  readonly limit: number;
  /** Broken only when it was broken that long without a break. Null: over the whole window. */
  readonly forMs: number | null;
  /** Seconds of the load that are left out at its beginning. */
  readonly afterMs: number;
  readonly level: 'fail' | 'warn';
}

export type Aggregation =
  | { readonly kind: 'count' | 'rate' | 'value' | 'last' | 'avg' | 'min' | 'max' | 'med' }
  | { readonly kind: 'percentile'; readonly percentile: number };

const operators = ['<=', '>=', '===', '==', '!=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** A gate of `options.ext.loadkit.thresholds`: an expression over one metric or all series that its tags select. */
export interface Gate {
  /** `kafka_consumer_lag{group:point-accrual}` */
  readonly metric: string;
  readonly expression: GateExpression;
}

/** Decodes `options.ext.loadkit.thresholds`; the first wrong one is a usage error. */
export function parseGates(thresholds: Readonly<Record<string, readonly string[]>>): Gate[] {
  return Object.entries(thresholds).flatMap(([metric, texts]) => {
    refuseBrokenSelector(metric);
    refuseTypo(metric);
    return texts.map((text) => {
      const expression = parseGateExpression(metric, text);
      refuseMeaningless(metric, expression);
      return { metric, expression };
    });
  });
}

function refuseBrokenSelector(metric: string): void {
  if (/^[^\s{},]+(\s*\{[^{}:,]+:[^{},]*(,[^{}:,]+:[^{},]*)*\})?$/.test(metric.trim())) return;
  throw metricError(
    `cannot read the metric "${metric}" of a threshold`,
    'expected a name, with tags in braces behind it where wanted: kafka_consumer_lag{group:point-accrual}',
  );
}

/** Any name may be a metric of k6 or of the service, but one letter beside a name of ours is a slip. */
function refuseTypo(metric: string): void {
  const { name } = parseMetricKey(metric);
  if (probeMetricNames.includes(name)) return;
  const [nearest] = probeMetricNames
    .filter((known) => Math.abs(known.length - name.length) <= 2)
    .map((known) => ({ known, far: distance(known, name) }))
    .filter(({ far }) => far <= 2)
    .sort((a, b) => a.far - b.far);
  if (nearest === undefined) return;
  throw metricError(`threshold of ${metric}: there is no metric "${name}"`, `did you mean ${nearest.known}?`);
}

/** What the kind of a metric rules out is known before the load; of a stranger's metric only its readings tell. */
function refuseMeaningless(metric: string, { text, aggregation, forMs }: GateExpression): void {
  if (aggregation.kind === 'last' && forMs !== null) {
    throw gateError(metric, text, '"last" without "for": it is a single reading, taken after the drain');
  }
  const { name } = parseMetricKey(metric);
  if (!probeMetricNames.includes(name)) return;
  const isTotal = aggregation.kind === 'count' || aggregation.kind === 'rate';
  const { kind } = metricInfo(name);
  if (kind === 'counter' && !isTotal) throw gateError(metric, text, `count or rate: ${name} is a running total`);
  if (kind === 'gauge' && isTotal) {
    throw gateError(metric, text, `last, value, avg, min, max, med or p(N): ${name} is a reading, not a total`);
  }
}

function metricError(message: string, hint: string): LoadkitError {
  return new LoadkitError('gate-metric', message, { hint, exitCode: exitCode.usage });
}

const shape = /^\s*([a-z]+(?:\(\s*[\d.]+\s*\))?)\s*(<=|>=|===|==|!=|<|>)\s*(\S+)(.*)$/s;

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Throws `LoadkitError` `gate-expression` (usage) that names the metric, the expression and what was expected. */
export function parseGateExpression(metric: string, text: string): GateExpression {
  const refuse = (expected: string) => gateError(metric, text, expected);
  const [, method, sign, limitText, rest] = shape.exec(text) ?? [];
  const operator = operators.find((known) => known === sign);
  if (method === undefined || operator === undefined || limitText === undefined) {
    throw refuse('a method, an operator and a number, such as max<1000 or p(95)<300');
  }
  if (limitText.endsWith('%')) {
    throw refuse('a number; comparison with a baseline is not available yet');
  }
  const limit = decimal.test(limitText) ? Number(limitText) : Number.NaN;
  if (!Number.isFinite(limit)) throw refuse(`a number behind ${operator}, found "${limitText}"`);
  return { text, aggregation: aggregationOf(method, refuse), operator, limit, ...additionsOf(rest ?? '', refuse) };
}

const plainKinds = ['count', 'rate', 'value', 'last', 'avg', 'min', 'max', 'med'] as const;

function aggregationOf(method: string, refuse: (expected: string) => LoadkitError): Aggregation {
  const plain = plainKinds.find((kind) => kind === method);
  if (plain !== undefined) return { kind: plain };
  const percentile = Number(/^p\(\s*([\d.]+)\s*\)$/.exec(method)?.[1] ?? 'NaN');
  if (percentile > 0 && percentile <= 100) return { kind: 'percentile', percentile };
  throw refuse(`one of ${plainKinds.join(', ')} or p(N) with N up to 100, found "${method}"`);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Each at most once, in any order. */
function additionsOf(rest: string, refuse: (expected: string) => LoadkitError) {
  const found: { for?: number; after?: number; level?: 'fail' | 'warn' } = {};
  const words = rest.split(/\s+/).filter((word) => word !== '');
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = word === 'warn' || word === 'fail' ? 'level' : word;
    if (Object.hasOwn(found, name)) throw refuse(`"${name}" once`);
    if (word === 'warn' || word === 'fail') found.level = word;
    else if (word === 'for' || word === 'after') found[word] = durationMs(word, words.shift() ?? '', refuse);
    else throw refuse(`"for 10s", "after 15s", "warn" or nothing behind the number, found "${word}"`);
  }
  return { forMs: found.for ?? null, afterMs: found.after ?? 0, level: found.level ?? ('fail' as const) };
}

function durationMs(word: string, text: string, refuse: (expected: string) => LoadkitError): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (ms > 0 && Number.isFinite(ms)) return ms;
  throw refuse(`a duration such as 10s behind "${word}", found "${text}"`);
}

/** True when `value` satisfies the expression. */
export function satisfies(value: number, { operator, limit }: Pick<GateExpression, 'operator' | 'limit'>): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
    case '===':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

function gateError(metric: string, text: string, expected: string): LoadkitError {
  return new LoadkitError('gate-expression', `threshold of ${metric}: cannot read "${text}"`, {
    hint: `expected ${expected}`,
    exitCode: exitCode.usage,
  });
}
