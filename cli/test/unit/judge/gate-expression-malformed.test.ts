import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGateExpression, parseGates, satisfies } from '../../../src/judge/gate-expression.ts';
import {
  anyName,
  anyNumber,
  damaged,
  everyExample,
  longTexts,
  nativeNames,
  numberText,
  valueOrOurs,
} from '../malformed.ts';

const texts = fc.oneof(
  damaged(fc.constantFrom('max<1000', 'p(95)<300 for 10s after 15s warn', 'rate == 0', 'last==0')),
  fc
    .tuple(fc.constantFrom('max', 'p(95)', 'count'), fc.constantFrom('<', '==', '!='), numberText)
    .map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('for', 'after', 'warn'), numberText).map(([word, number]) => `max<1 ${word} ${number}s`),
);

test('an expression has a finite limit and finite times, or is refused', () => {
  everyExample(texts, (text) => {
    const expression = valueOrOurs(() => parseGateExpression('metric', text));
    if (expression instanceof Error) return;
    const { limit, forMs, afterMs, aggregation } = expression;
    for (const value of [limit, forMs ?? 0, afterMs]) expect(Number.isFinite(value)).toBe(true);
    if (aggregation.kind === 'percentile') expect(aggregation.percentile).toBeLessThanOrEqual(100);
  });
});

test('a duration beyond all numbers would never be over, and is refused', () => {
  const long = '9'.repeat(400);
  for (const text of [`max<1 for ${long}s`, `max<1 after ${long}h`, `max<${long}`]) {
    expect(valueOrOurs(() => parseGateExpression('metric', text))).toBeInstanceOf(Error);
  }
});

test('the name of what every object has is an unknown word, not one given twice', () => {
  for (const name of nativeNames) {
    const error = valueOrOurs(() => parseGateExpression('metric', `max<1 ${name}`));
    expect(error).toMatchObject({ code: 'gate-expression', hint: expect.stringContaining(`found "${name}"`) });
    expect(valueOrOurs(() => parseGates({ [name]: ['max<1'] }))).toHaveLength(1);
  }
});

test('thresholds of any metric and expression are read or refused', () => {
  everyExample(
    fc.dictionary(fc.oneof(anyName, damaged(fc.constant('kafka_consumer_lag{group:a}'))), fc.array(texts)),
    (all) => {
      valueOrOurs(() => parseGates(all));
    },
  );
});

test('a value that is no number satisfies nothing but "not equal"', () => {
  everyExample(fc.tuple(anyNumber, fc.constantFrom('<', '<=', '>', '>=', '==', '===')), ([limit, operator]) => {
    if (!Number.isFinite(limit)) return;
    const expression = valueOrOurs(() => parseGateExpression('metric', `max${operator}${limit}`));
    if (!(expression instanceof Error)) expect(satisfies(Number.NaN, expression)).toBe(false);
  });
});

test('very long expressions and metrics are read or refused', () => {
  for (const text of longTexts(['', 'max<', 'max<1 ', 'p('], ['', 'x', '\nmore\nlines'])) {
    valueOrOurs(() => parseGateExpression('metric', text));
  }
  for (const metric of longTexts(['', 'a', 'a{b:', 'a{b:c,'], ['', 'x', '}']))
    valueOrOurs(() => parseGates({ [metric]: ['max<1'] }));
});
