import { describe, expect, it } from 'vitest';
import { parseGateExpression, parseGates, satisfies } from '../../../src/judge/gate-expression.ts';
import { LoadkitError } from '../../../src/system/error.ts';

const parse = (text: string) => parseGateExpression('redis_ping_ms', text);

describe('gate expressions', () => {
  it("are k6's thresholds", () => {
    expect(parse('p(95)<300')).toMatchObject({
      aggregation: { kind: 'percentile', percentile: 95 },
      operator: '<',
      limit: 300,
      forMs: null,
      afterMs: 0,
      level: 'fail',
    });
    expect(parse(' count == 0 ')).toMatchObject({ aggregation: { kind: 'count' }, operator: '==', limit: 0 });
    expect(parse('p( 99.9 ) <= 1.5')).toMatchObject({ aggregation: { percentile: 99.9 }, limit: 1.5 });
    expect(parse('rate<1e-2').limit).toBe(0.01);
  });

  it('take for, after and a level behind the number, in any order', () => {
    expect(parse('max<1000 for 10s after 1.5m warn')).toMatchObject({ forMs: 10_000, afterMs: 90_000, level: 'warn' });
    expect(parse('max<1000 warn after 500ms')).toMatchObject({ forMs: null, afterMs: 500, level: 'warn' });
  });

  it.each([
    ['', 'a method'],
    ['max', 'a method'],
    ['max<', 'a method'],
    ['max<fast', 'found "fast"'],
    ['p95<300', 'a method'],
    ['p(101)<300', 'p(N)'],
    ['p(0)<300', 'p(N)'],
    ['median<3', 'found "median"'],
    ['max=<3', 'a method'],
    ['max<3 for', 'a duration'],
    ['max<3 for ten', 'found "ten"'],
    ['max<3 sometimes', 'found "sometimes"'],
    ['p(95)<=+10%', 'baseline is not available'],
    ['max<Infinity', 'found "Infinity"'],
    ['max<1e999', 'found "1e999"'],
    ['max<0x10', 'found "0x10"'],
    ['max<3ms', 'found "3ms"'],
    ['p(9.9.9)<3', 'p(N)'],
    ['max<3 for 0s', 'found "0s"'],
    ['max<3 for 5s for 6s', '"for" once'],
    ['max<3 warn fail', '"level" once'],
  ])('refuse %j with the metric, the text and what was expected', (text, expected) => {
    try {
      parse(text);
    } catch (error) {
      expect(error).toBeInstanceOf(LoadkitError);
      if (!(error instanceof LoadkitError)) throw error;
      expect(error.message).toContain('redis_ping_ms');
      expect(error.message).toContain(`"${text}"`);
      expect(error.hint).toContain(expected);
      expect(error.exitCode).toBe(2);
      return;
    }
    throw new Error('was accepted');
  });

  it.each([
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
    ['==', [false, true, false]],
    ['===', [false, true, false]],
    ['!=', [true, false, true]],
  ])('compare with %s', (operator, expected) => {
    expect([4, 5, 6].map((value) => satisfies(value, parse(`value${operator}5`)))).toEqual(expected);
  });

  it('come as one gate per expression', () => {
    expect(parseGates({ a: ['max<1', 'min>0'], b: [] }).map(({ metric }) => metric)).toEqual(['a', 'a']);
  });

  it('name the metric that was probably meant, and leave names of others alone', () => {
    expect(() => parseGates({ redis_pingms: ['max<1'] })).toThrow(/no metric "redis_pingms"/);
    expect(refusal({ 'kafka_consumer_lags{group:a}': ['last==0'] }).hint).toBe('did you mean kafka_consumer_lag?');
    expect(parseGates({ checkout_total: ['count>0'], http_reqs: ['count>0'] })).toHaveLength(2);
  });

  it.each(['kafka_consumer_lag{group:a', 'kafka_consumer_lag{group}', 'kafka lag{a:b}', '{a:b}', 'a{b:c}d', ''])(
    'refuse the metric %j, which cannot be read',
    (metric) => {
      expect(refusal({ [metric]: ['last==0'] })).toMatchObject({ code: 'gate-metric', exitCode: 2 });
    },
  );

  it.each([
    ['mysql_deadlocks', 'max==0', 'count or rate'],
    ['redis_ping_ms', 'count<5', 'is a reading, not a total'],
    ['redis_stream_lag', 'last==0 for 5s', 'without "for"'],
  ])('refuse %s: %s, because that metric has no such thing', (metric, text, expected) => {
    const { message, hint } = refusal({ [metric]: [text] });
    expect(message).toContain(metric);
    expect(message).toContain(text);
    expect(hint).toContain(expected);
  });

  it('let a metric of another keep its method, because only its readings tell its kind', () => {
    expect(parseGates({ checkout_seconds: ['count<5', 'max<5'] })).toHaveLength(2);
  });
});

function refusal(thresholds: Record<string, string[]>): LoadkitError {
  try {
    parseGates(thresholds);
  } catch (error) {
    if (error instanceof LoadkitError) return error;
    throw error;
  }
  throw new Error('was accepted');
}
