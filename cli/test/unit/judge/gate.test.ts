import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../../src/judge/gate.ts';
import { parseGateExpression } from '../../../src/judge/gate-expression.ts';
import { builtSeries, drainEnd, loadEnd, loadStart } from './built-run.ts';

const window = { loadStart, loadEnd, drainEnd };
const inLoad = (second: number) => second >= 0 && second <= 60;

function gate(metric: string, expression: string, curves: Parameters<typeof builtSeries>[0]) {
  return evaluateGate({ metric, expression: parseGateExpression(metric, expression) }, builtSeries(curves), window);
}

describe('a gate over a gauge', () => {
  it('takes the readings of the load and of nothing else', () => {
    const curve = (second: number) => (inLoad(second) ? 5 : 1_000);
    expect(gate('redis_ping_ms', 'max<10', { redis_ping_ms: curve })).toMatchObject({
      outcome: 'held',
      observed: 5,
      samples: 61,
    });
  });

  it('is broken by a single peak', () => {
    const curve = (second: number) => (second === 30 ? 50 : 5);
    expect(gate('redis_ping_ms', 'max<10', { redis_ping_ms: curve })).toMatchObject({
      outcome: 'broken',
      observed: 50,
    });
  });

  it('leaves the beginning out with after', () => {
    const curve = (second: number) => (second < 10 ? 50 : 5);
    expect(gate('redis_ping_ms', 'max<10 after 10s', { redis_ping_ms: curve }).outcome).toBe('held');
    expect(gate('redis_ping_ms', 'max<10 after 9s', { redis_ping_ms: curve }).outcome).toBe('broken');
  });

  it('with for is broken only when single readings break it for that long without a break', () => {
    const step = (seconds: number) => (second: number) => (second >= 20 && second < 20 + seconds ? 50 : 5);
    expect(gate('redis_ping_ms', 'max<10 for 10s', { redis_ping_ms: step(10) })).toMatchObject({ outcome: 'broken' });
    expect(gate('redis_ping_ms', 'max<10 for 10s', { redis_ping_ms: step(9) })).toMatchObject({
      outcome: 'held',
      reason: 'broken-shorter',
    });
    const sawtooth = (second: number) => (second % 5 === 0 ? 5 : 50);
    expect(gate('redis_ping_ms', 'max<10 for 10s', { redis_ping_ms: sawtooth }).outcome).toBe('held');
  });

  it('wants enough readings for a percentile', () => {
    const curve = (second: number) => second;
    expect(gate('redis_ping_ms', 'p(99)<1000', { redis_ping_ms: curve })).toMatchObject({
      outcome: 'no-data',
      reason: 'too-few-samples',
    });
    expect(gate('redis_ping_ms', 'p(90)<55', { redis_ping_ms: curve })).toMatchObject({
      outcome: 'held',
      observed: 54,
    });
    expect(gate('redis_ping_ms', 'med<=30', { redis_ping_ms: curve })).toMatchObject({ outcome: 'held', observed: 30 });
  });

  it('has no data when no reading exists, when the metric is unknown, and across a long gap', () => {
    expect(gate('redis_ping_ms', 'max<10', { redis_ping_ms: () => null })).toMatchObject({ outcome: 'no-data' });
    expect(gate('redis_pong_ms', 'max<10', { redis_ping_ms: () => 1 })).toMatchObject({
      outcome: 'no-data',
      reason: 'no-series',
    });
    const gap = (second: number) => (second >= 20 && second < 30 ? null : 5);
    expect(gate('redis_ping_ms', 'max<10', { redis_ping_ms: gap })).toMatchObject({
      outcome: 'no-data',
      reason: 'gap',
    });
  });

  it('survives one late reading', () => {
    const late = (second: number) => (second === 30 ? null : 5);
    expect(gate('redis_ping_ms', 'max<10', { redis_ping_ms: late }).outcome).toBe('held');
  });

  it('pools every series that its tags select', () => {
    const curves = {
      'kafka_consumer_lag{group:a,topic:t}': () => 1,
      'kafka_consumer_lag{group:b,topic:t}': () => 100,
    };
    expect(gate('kafka_consumer_lag', 'max<10', curves)).toMatchObject({ outcome: 'broken', observed: 100 });
    expect(gate('kafka_consumer_lag{group:a}', 'max<10', curves)).toMatchObject({ outcome: 'held', observed: 1 });
  });
});

describe('last', () => {
  it('is read after the drain: a backlog in the middle of the load is no fault', () => {
    const lag = (second: number) => (second < 62 ? 500 : 0);
    expect(gate('redis_stream_lag', 'last==0', { 'redis_stream_lag{group:g}': lag })).toMatchObject({
      outcome: 'held',
      observed: 0,
    });
  });

  it('counts for each series, and shows the one that breaks it', () => {
    const curves = { 'kafka_consumer_lag{group:a}': () => 0, 'kafka_consumer_lag{group:b}': () => 7 };
    expect(gate('kafka_consumer_lag', 'last==0', curves)).toMatchObject({ outcome: 'broken', observed: 7 });
  });

  it('has no data when the last reading is older than the end of the load', () => {
    const lag = (second: number) => (second > 50 ? null : 0);
    expect(gate('redis_stream_lag', 'last==0', { redis_stream_lag: lag })).toMatchObject({
      outcome: 'no-data',
      reason: 'no-reading-after-load',
    });
  });
});

describe('a gate over a counter', () => {
  it('takes what it grew by in load and drain, not what it was before', () => {
    const flat = () => 17;
    expect(gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: flat })).toMatchObject({
      outcome: 'held',
      observed: 0,
    });
    const rising = (second: number) => 17 + Math.max(0, second);
    expect(gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: rising })).toMatchObject({
      outcome: 'broken',
      observed: 63,
    });
    expect(gate('mysql_deadlocks', 'rate<=1', { mysql_deadlocks: rising })).toMatchObject({
      outcome: 'held',
      observed: 1,
    });
  });

  it('takes a total that goes back for a restart, never for a negative number', () => {
    const restarted = (second: number) => (second < 30 ? 100 + second : second - 30);
    const result = gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: restarted });
    expect(result.observed).toBe(29 + 1 + 33);
  });

  it('refuses a method that means nothing for a total', () => {
    expect(gate('mysql_deadlocks', 'p(90)<1', { mysql_deadlocks: () => 0 })).toMatchObject({
      outcome: 'no-data',
      reason: 'method',
    });
  });
});

describe("a gate over k6's own metrics", () => {
  it('adds the exports, and can say what k6 cannot', () => {
    expect(gate('http_reqs{name:issue_coupon}', 'count==6000', {})).toMatchObject({ outcome: 'held', observed: 6_000 });
    expect(gate('http_reqs{name:issue_coupon}', 'rate>90 for 5s', {})).toMatchObject({ outcome: 'held' });
    expect(gate('http_reqs{name:issue_coupon}', 'rate>110 for 5s', {})).toMatchObject({
      outcome: 'broken',
      reason: 'broken-for',
    });
  });
});
