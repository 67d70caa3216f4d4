import type { Range } from '../stats/trend-fold.ts';
import { type GateExpression, type Operator, satisfies } from './gate-expression.ts';

/** A threshold in k6's own grammar (`metrics/thresholds_parser.go`): `p(95)<300`. */
export interface K6Expression {
  readonly method: K6Method;
  readonly operator: Operator;
  readonly limit: number;
}

const plain = ['count', 'rate', 'value', 'avg', 'min', 'max', 'med'] as const;
export type K6Method = (typeof plain)[number] | { readonly percentile: number };

const operators = ['<=', '>=', '===', '==', '!=', '<', '>'] as const;

/** Null for what k6 would not take; k6 itself has read every threshold of a run before it. */
export function parseK6Expression(text: string): K6Expression | null {
  const [, name, sign, limitText] = /^\s*([^<>=!]+?)\s*(<=|>=|===|==|!=|<|>)\s*(\S+)\s*$/.exec(text) ?? [];
  const operator = operators.find((known) => known === sign);
  const limit = Number(limitText ?? Number.NaN);
  const method = methodOf(name ?? '');
  if (operator === undefined || method === null || !Number.isFinite(limit)) return null;
  return { method, operator, limit };
}

function methodOf(name: string): K6Method | null {
  const known = plain.find((one) => one === name);
  if (known !== undefined) return known;
  const percentile = Number(/^p\(\s*([\d.]+)\s*\)$/.exec(name)?.[1] ?? Number.NaN);
  return percentile >= 0 && percentile <= 100 ? { percentile } : null;
}

/** Whether every value of the range satisfies the expression; null when some do and some do not. */
export function holdsIn(
  { least, most }: Range,
  expression: Pick<GateExpression, 'operator' | 'limit'>,
): boolean | null {
  const { operator, limit } = expression;
  const isEquality = operator === '==' || operator === '===' || operator === '!=';
  if (isEquality && least < limit && limit < most) return null;
  const [atLeast, atMost] = [satisfies(least, expression), satisfies(most, expression)];
  return atLeast === atMost ? atLeast : null;
}
