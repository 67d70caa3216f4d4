import { describe, expect, it } from 'vitest';
import { wrongDataQuestions } from '../../../src/detect/wrong-data.ts';
import { metricKey } from '../../../src/record/metric-key.ts';
import { order, watchBuilt } from './built-watch.ts';

const calm = { good: 100, inFlight: 2 };
const watch = {
  ...order.watch,
  unprocessed: [{ name: 'points', sql: 'SELECT COUNT(*) FROM t WHERE age > :freshness AND age < :freshness + 20000' }],
  violations: [
    { name: 'double-accrual', sql: 'SELECT 0' },
    {
      name: 'over-issue',
      redis: { count: ['XLEN', 's'] as [string, ...string[]], atMost: ['HGET', 'h', 'stock'] as [string, ...string[]] },
    },
  ],
};
const late = metricKey('unprocessed_count', { name: 'points' });
const over = metricKey('wrong_count', { name: 'over-issue' });
const reading = (values: Readonly<Record<string, number>> | null) => ({ ...calm, redis: values });

it('asks the stores with the limit of the order', () => {
  const { mysqlQueries, redisBounds } = wrongDataQuestions({ watch, freshnessMs: 5_000 });
  expect(mysqlQueries).toEqual([
    { metric: late, sql: 'SELECT COUNT(*) FROM t WHERE age > 5000 AND age < 5000 + 20000' },
    { metric: metricKey('wrong_count', { name: 'double-accrual' }), sql: 'SELECT 0' },
  ]);
  expect(redisBounds).toEqual([{ metric: over, count: ['XLEN', 's'], atMost: ['HGET', 'h', 'stock'] }]);
});

describe('wrong data', () => {
  const watching = (values: Readonly<Record<string, number>>) => {
    const watched = watchBuilt({ watch });
    watched.calibrate(reading(values));
    return watched;
  };

  it('alarm with the first reading that is not 0, and once', () => {
    const watched = watching({ [late]: 0, [over]: 0 });
    watched.pass(30, reading({ [late]: 0, [over]: 0 }));
    expect(watched.alarms()).toEqual([]);
    watched.pass(10, reading({ [late]: 3, [over]: 0 }));
    watched.pass(10, reading({ [late]: 4, [over]: 2 }));
    expect(watched.alarms()).toMatchObject([
      { signal: 'unprocessed:points', rule: 'limit', value: 3, limit: 1 },
      { signal: 'wrong:over-issue', rule: 'limit', value: 2, limit: 1 },
    ]);
  });

  it('that cannot be read say nothing, and are no signal where they never could', () => {
    const watched = watching({ [late]: 0 });
    watched.pass(20, reading(null));
    watched.pass(20, reading({ [over]: 9 }));
    expect(watched.alarms()).toEqual([]);
    expect(watched.ready()?.signals.map(({ name }) => name)).toContain('unprocessed:points');
    expect(watched.ready()?.signals.map(({ name }) => name)).not.toContain('wrong:over-issue');
  });

  it('that were there already are no ground to judge by', () => {
    expect(watching({ [late]: 0, [over]: 60 }).ready()?.error).toBe('wrong:over-issue: 60 while it was calibrated');
  });
});
