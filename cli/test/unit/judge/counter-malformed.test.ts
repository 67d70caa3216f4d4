import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/analyze/registry.ts';
import { evaluateGate } from '../../../src/judge/gate.ts';
import { parseGateExpression } from '../../../src/judge/gate-expression.ts';
import { judge } from '../../../src/judge/verdict.ts';
import { metricInfo, probeMetricNames } from '../../../src/record/metric-catalog.ts';
import { parseMetricKey } from '../../../src/record/metric-key.ts';
import { everyExample, speaking } from '../malformed.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, drainEnd, loadEnd, loadStart } from './built-run.ts';

const window = { loadStart, loadEnd, drainEnd };

function gate(metric: string, expression: string, curves: Readonly<Record<string, Curve>>) {
  return evaluateGate({ metric, expression: parseGateExpression(metric, expression) }, builtSeries(curves), window);
}

/** A server that was started again in the middle of the load, and counted as little before it as after. */
const restarted: Curve = (second) => (second < 30 ? 100 : 0);
const unknown = { outcome: 'no-data', reason: 'counter-reset', observed: null };

test('a total that went back holds no limit from above: what it counted last is not known', () => {
  for (const expression of ['count==0', 'count<5', 'count<=5', 'rate<1', 'rate<=1 for 10s', 'count<5 for 5s']) {
    expect(gate('mysql_deadlocks', expression, { mysql_deadlocks: restarted })).toMatchObject(unknown);
  }
});

test('what was counted all the same breaks a limit from above and keeps one from below', () => {
  const counting: Curve = (second) => (second < 30 ? 100 + second : second - 30);
  const curves = { mysql_deadlocks: counting };
  expect(gate('mysql_deadlocks', 'count<5', curves)).toMatchObject({ outcome: 'broken', reason: 'counter-reset' });
  expect(gate('mysql_deadlocks', 'count==0', curves)).toMatchObject({ outcome: 'broken' });
  expect(gate('mysql_deadlocks', 'count>5', curves)).toMatchObject({ outcome: 'held', reason: 'counter-reset' });
  expect(gate('mysql_deadlocks', 'count!=0', curves)).toMatchObject({ outcome: 'held' });
  expect(gate('mysql_deadlocks', 'count>500', curves)).toMatchObject(unknown);
  expect(gate('mysql_deadlocks', 'count==500', curves)).toMatchObject(unknown);
  expect(gate('mysql_deadlocks', 'rate<0.1 for 10s', curves)).toMatchObject({ outcome: 'broken' });
});

test('the last value of a total of a stranger that went back is not what it came to', () => {
  expect(gate('shop_errors_total', 'last<50', { shop_errors_total: restarted })).toMatchObject(unknown);
  expect(gate('shop_errors_total', 'max<500', { shop_errors_total: restarted })).toMatchObject({ outcome: 'no-data' });
  expect(gate('shop_errors_total', 'last<500', { shop_errors_total: () => 100 })).toMatchObject({ outcome: 'held' });
});

test('an error that Redis never listed is no proof when Redis itself began anew', () => {
  const alive = { redis_commands: (second: number) => 1_000 + second };
  expect(gate('redis_errors', 'count==0', alive)).toMatchObject({ outcome: 'held' });
  expect(gate('redis_errors', 'count==0', { redis_commands: restarted })).toMatchObject(unknown);
  const born: Curve = (second) => (second < 40 ? undefined : 2);
  const both = { redis_commands: restarted, 'redis_errors{error:OOM}': born };
  expect(gate('redis_errors', 'count<5', both)).toMatchObject(unknown);
  expect(gate('redis_errors', 'count==0', both)).toMatchObject({ outcome: 'broken' });
});

test('a total that went back before the load or after the drain changes nothing', () => {
  const before: Curve = (second) => (second < -1 ? 900 : 5);
  expect(gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: before })).toMatchObject({ outcome: 'held' });
  const during: Curve = (second) => (second < 0 ? 900 : 5);
  expect(gate('mysql_deadlocks', 'count<50', { mysql_deadlocks: during })).toMatchObject(unknown);
});

test('a run whose gate rests on such a total is inconclusive, and says why', () => {
  const expression = parseGateExpression('mysql_deadlocks', 'count==0');
  const { verdict } = judge({
    record: builtRecord(),
    series: builtSeries({ mysql_deadlocks: restarted }),
    gates: [{ metric: 'mysql_deadlocks', expression }],
  });
  expect(verdict.name).not.toBe('PASS');
  expect(verdict.reasons).toContainEqual(
    expect.objectContaining({ id: 'threshold-no-data', values: expect.objectContaining({ why: 'counter-reset' }) }),
  );
});

/** Totals that grow, stand and begin anew, some more than once, with readings that failed. */
const totals = fc
  .array(fc.tuple(fc.nat(100), fc.integer({ min: 0, max: 15 })), { minLength: 66, maxLength: 66 })
  .map((steps): Curve => {
    let total = 500;
    const values = steps.map(([step, kind]) => {
      total = kind === 0 ? step : total + (kind < 8 ? step : 0);
      return kind === 15 ? null : total;
    });
    return (second) => values[second + 2] ?? null;
  });

test('no gate over any totals sees less than nothing', () => {
  everyExample(
    fc.tuple(totals, totals, fc.constantFrom('count>=0', 'rate>=0', 'count<20', 'rate<3 for 5s')),
    (example) => {
      const [one, other, expression] = example;
      const curves = { 'redis_errors{error:OOM}': one, 'redis_errors{error:BUSY}': other, redis_commands: one };
      const { observed, outcome } = gate('redis_errors', expression, curves);
      expect(observed ?? 0).toBeGreaterThanOrEqual(0);
      if (expression.endsWith('>=0')) expect(outcome).not.toBe('broken');
    },
  );
});

const counters = probeMetricNames.filter((name) => metricInfo(name).kind === 'counter');

test('no analyzer fails on totals that begin anew, or names less than nothing', () => {
  everyExample(
    fc.array(totals, { minLength: counters.length, maxLength: counters.length }),
    (curves) => {
      const series = builtSeries(Object.fromEntries(counters.map((name, index) => [name, curves[index] ?? (() => 1)])));
      for (const finding of analyze({ ...builtRecord(), load: builtLoad(), series })) {
        speaking(finding);
        expect([finding.id, finding.outcome]).not.toEqual([finding.id, 'error']);
        for (const { metric, value } of finding.evidence) {
          if (counters.includes(parseMetricKey(metric).name)) expect(value).toBeGreaterThanOrEqual(0);
        }
      }
    },
    0.25,
  );
});
