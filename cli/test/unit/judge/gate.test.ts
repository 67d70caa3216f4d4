import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../../src/judge/gate.ts';
import { parseGateExpression } from '../../../src/judge/gate-expression.ts';
import type { LoadLine, SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { histogramOf, seeded } from '../stats/seeded-samples.ts';
import { builtSeries, type Curve, drainEnd, loadEnd, loadStart } from './built-run.ts';

const window = { loadStart, loadEnd, drainEnd };
const inLoad = (second: number) => second >= 0 && second <= 60;

function gate(metric: string, expression: string, curves: Record<string, Curve>) {
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

  it('with for asks each series by itself: two halves are no whole', () => {
    const halves = {
      'kafka_consumer_lag{group:a}': (second: number) => (second >= 20 && second < 26 ? 50 : 0),
      'kafka_consumer_lag{group:b}': (second: number) => (second >= 26 && second < 32 ? 50 : 0),
    };
    expect(gate('kafka_consumer_lag', 'max<10 for 10s', halves)).toMatchObject({
      outcome: 'held',
      observed: 50,
      reason: 'broken-shorter',
    });
  });

  it('with for bridges one late reading, and does not take a hole of two for broken', () => {
    const hole = (from: number, to: number) => (second: number) => {
      if (second >= from && second < to) return null;
      return second >= 20 && second < 32 ? 50 : 5;
    };
    expect(gate('redis_ping_ms', 'max<10 for 10s', { redis_ping_ms: hole(25, 26) }).outcome).toBe('broken');
    expect(gate('redis_ping_ms', 'max<10 for 10s', { redis_ping_ms: hole(25, 27) }).outcome).toBe('held');
  });

  it('has no data when after leaves nothing of the load', () => {
    expect(gate('redis_ping_ms', 'max<10 after 1m', { redis_ping_ms: () => 5 })).toMatchObject({
      outcome: 'no-data',
      reason: 'no-reading',
    });
  });

  it('finds the extremes, the mean and the median of any curve, whatever its order', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const noise = seeded(seed);
      const values = Array.from({ length: 70 }, () => Math.round(noise() * 1_000));
      const curve = (second: number) => values[second + 2] ?? 0;
      const inside = values.slice(2, 63).sort((a, b) => a - b);
      const observed = (method: string) => gate('redis_ping_ms', `${method}>=0`, { redis_ping_ms: curve }).observed;
      expect(observed('max')).toBe(inside.at(-1));
      expect(observed('min')).toBe(inside[0]);
      expect(observed('med')).toBe(inside[30]);
      expect(observed('avg')).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / 61, 9);
      expect(observed('value')).toBe(values[62]);
    }
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

  it('has no data when the last reading is older than the end of the drain', () => {
    const long = { loadStart, loadEnd: loadStart + 40_000, drainEnd };
    const expression = parseGateExpression('redis_stream_lag', 'last==0');
    const lag = (second: number) => (second > 50 ? null : 0);
    const series = builtSeries({ redis_stream_lag: lag });
    expect(evaluateGate({ metric: 'redis_stream_lag', expression }, series, long)).toMatchObject({
      outcome: 'no-data',
      reason: 'no-reading-after-load',
    });
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

  it.each([
    ['count==0', 'no-data'],
    ['count<60', 'no-data'],
    ['count<=33', 'no-data'],
    ['count<33', 'broken'],
    ['count==20', 'broken'],
    ['count==40', 'no-data'],
    ['count!=20', 'held'],
    ['count>=33', 'held'],
    ['count>33', 'no-data'],
    ['rate<100', 'no-data'],
    ['last<=33', 'no-data'],
    ['count<100 for 5s', 'no-data'],
  ])('takes what a total that began again rose by for the least that it was: %s', (expression, outcome) => {
    // 33 in the window, and what came between the last reading and the end of the server.
    const restarted = (second: number) => (second < 30 ? 100 : second - 30);
    const judged = expression === 'count==0' ? (second: number) => (second < 30 ? 100 : 0) : restarted;
    const result = gate('mysql_deadlocks', expression, { mysql_deadlocks: judged });
    expect(result.outcome).toBe(outcome);
    // Judged or not, the reader is told that the total is only the least.
    expect(result.reason).toBe('counter-reset');
  });

  it.each(['redis_errors', 'redis_errors{error:OOM}', 'redis_evicted_keys'])(
    'holds no total of 0 over a store that was started again in between: %s',
    (metric) => {
      const uptime = (second: number) => (second < 30 ? 100 + second : second - 30);
      const curves = { redis_uptime_seconds: uptime, redis_evicted_keys: () => 0 };
      expect(gate(metric, 'count==0', curves)).toMatchObject({ outcome: 'no-data', reason: 'counter-reset' });
      expect(gate(metric, 'count==0', { ...curves, redis_uptime_seconds: (second) => 100 + second })).toMatchObject({
        outcome: 'held',
      });
    },
  );

  it('adds the growth of every series that its tags select', () => {
    const curves = {
      'redis_errors{error:OOM}': (second: number) => (second < 10 ? 3 : 5),
      'redis_errors{error:BUSY}': (second: number) => (second < 50 ? 0 : 1),
    };
    expect(gate('redis_errors', 'count==0', curves)).toMatchObject({ outcome: 'broken', observed: 3 });
    expect(gate('redis_errors{error:BUSY}', 'count<2', curves)).toMatchObject({ outcome: 'held', observed: 1 });
  });

  it('counts a total per error from 0 when it comes into being under load', () => {
    const born = (second: number) => (second < 30 ? undefined : 7);
    expect(gate('redis_errors', 'count==0', { 'redis_errors{error:OOM}': born })).toMatchObject({
      outcome: 'broken',
      observed: 7,
    });
  });

  it('has no data when a total without tags could not be read for long: it was not 0 then', () => {
    const late = (second: number) => (second < 30 ? undefined : 7);
    expect(gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: late })).toMatchObject({
      outcome: 'no-data',
      reason: 'gap',
    });
  });

  it('has no data when the store was gone in the last part of the load', () => {
    const gone = (second: number) => (second < 45 ? 0 : null);
    expect(gate('mysql_deadlocks', 'count==0', { mysql_deadlocks: gone }).outcome).toBe('no-data');
  });

  it('has no data when the store was gone in the last part of a long drain, whatever it held before', () => {
    const long = { loadStart, loadEnd: loadStart + 40_000, drainEnd };
    const expression = parseGateExpression('mysql_deadlocks', 'count==0');
    const over = (lastSecond: number) => {
      const series = builtSeries({ mysql_deadlocks: (second) => (second > lastSecond ? null : 4) });
      return evaluateGate({ metric: 'mysql_deadlocks', expression }, series, long);
    };
    expect(over(50)).toMatchObject({ outcome: 'no-data', reason: 'no-reading-after-load' });
    expect(over(62)).toMatchObject({ outcome: 'held', observed: 0 });
  });

  it('that comes into being with what it counts is 0 where its source was read and has none', () => {
    const read = { redis_ping_ms: () => 1 };
    expect(gate('redis_errors', 'count==0', read)).toMatchObject({ outcome: 'held', observed: 0 });
    expect(gate('redis_command_calls{command:keys}', 'count==0', read)).toMatchObject({ outcome: 'held' });
    expect(gate('redis_command_calls{command:get}', 'count>0', read)).toMatchObject({ outcome: 'broken', observed: 0 });
    expect(gate('redis_errors', 'count==0', {})).toMatchObject({ outcome: 'no-data', reason: 'no-series' });
    expect(gate('redis_errors', 'count==0', { redis_ping_ms: () => null })).toMatchObject({ outcome: 'no-data' });
    const gone = (second: number) => (second < 45 ? 1 : null);
    expect(gate('redis_errors', 'count==0', { redis_ping_ms: gone })).toMatchObject({
      outcome: 'no-data',
      reason: 'gap',
    });
    expect(gate('mysql_deadlocks', 'count==0', { mysql_ping_ms: () => 1 })).toMatchObject({ outcome: 'no-data' });
  });

  it('with for asks for the growth of each second', () => {
    const burst = (second: number) => Math.max(0, Math.min(second, 30) - 20) * 5;
    expect(gate('mysql_deadlocks', 'rate<1 for 10s', { mysql_deadlocks: burst })).toMatchObject({ outcome: 'broken' });
    expect(gate('mysql_deadlocks', 'count<1 for 11s', { mysql_deadlocks: burst })).toMatchObject({ outcome: 'held' });
  });

  it('never counts less than the total rose by, whenever the server starts again', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const noise = seeded(seed);
      const restart = Math.floor(noise() * 60);
      let total = 100;
      let grown = 0;
      const curve = (second: number) => {
        const step = second > 0 ? Math.floor(noise() * 4) : 0;
        total = second === restart ? step : total + step;
        grown += step;
        return total;
      };
      expect(gate('mysql_deadlocks', 'count>=0', { mysql_deadlocks: curve }).observed).toBe(grown);
    }
  });

  it('refuses a method that means nothing for a total', () => {
    expect(gate('mysql_deadlocks', 'p(90)<1', { mysql_deadlocks: () => 0 })).toMatchObject({
      outcome: 'no-data',
      reason: 'method',
    });
  });
});

describe('the seconds of a load', () => {
  /** Readings at the whole seconds from `first` on, of a load of 5 s that begins `offset` ms behind a whole second. */
  function outcome(offset: number, readings: readonly number[]) {
    const start = loadStart + offset;
    const lines: SeriesLine[] = readings.map((second) => ({
      kind: 'sample',
      t: loadStart + second * 1_000,
      probe: 'redis',
      outcome: 'ok',
      tookMs: 1,
      values: { redis_ping_ms: 1 },
    }));
    const expression = parseGateExpression('redis_ping_ms', 'max<10');
    const window = { loadStart: start, loadEnd: start + 5_000, drainEnd: start + 6_000 };
    return evaluateGate({ metric: 'redis_ping_ms', expression }, indexSeries(lines), window).outcome;
  }

  it.each([0, 1, 300, 999])('are all covered by readings at whole seconds when it begins at %i ms', (offset) => {
    expect(outcome(offset, [0, 1, 2, 3, 4, 5])).toBe('held');
  });

  it('may lack one reading even when they are five, and not two', () => {
    expect(outcome(300, [1, 2, 4, 5])).toBe('held');
    expect(outcome(300, [1, 2, 5])).toBe('no-data');
  });
});

describe("a gate over k6's own metrics", () => {
  it('adds the exports, and can say what k6 cannot', () => {
    expect(gate('http_reqs{name:issue_coupon}', 'count==6000', {})).toMatchObject({ outcome: 'held', observed: 6_000 });
    expect(gate('http_reqs{name:issue_coupon}', 'rate==100', {})).toMatchObject({ outcome: 'held' });
    expect(gate('http_reqs{name:issue_coupon}', 'rate>90 for 5s', {})).toMatchObject({ outcome: 'held' });
    expect(gate('http_reqs{name:issue_coupon}', 'rate>110 for 5s', {})).toMatchObject({
      outcome: 'broken',
      reason: 'broken-for',
    });
  });

  it('takes dropped iterations that k6 never reported for none, and any other silent counter for missing', () => {
    expect(gate('dropped_iterations', 'count==0', {})).toMatchObject({ outcome: 'held', observed: 0 });
    expect(gate('dropped_iterations', 'rate<1 for 5s after 10s', {})).toMatchObject({ outcome: 'held' });
    expect(gate('my_counter', 'count==0', {})).toMatchObject({ outcome: 'no-data', reason: 'no-series' });
  });

  const exported = (second: number, more: Partial<LoadLine>): LoadLine => ({
    kind: 'load',
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: {},
    gauges: {},
    histograms: {},
    ...more,
  });
  const over = (metric: string, text: string, more: (second: number) => Partial<LoadLine>) => {
    const lines = Array.from({ length: 60 }, (_, second) => exported(second, more(second)));
    const expression = parseGateExpression(metric, text);
    return evaluateGate({ metric, expression }, indexSeries(lines), window);
  };
  const trend = (ms: number, count: number) => histogramOf(new Array<number>(count).fill(ms), 5);

  it('takes a second without an answer for no request at all', () => {
    const stalled = (second: number) => (second >= 20 && second < 32 ? {} : { counters: { http_reqs: 100 } });
    expect(over('http_reqs', 'rate>50 for 10s', stalled)).toMatchObject({ outcome: 'broken', reason: 'broken-for' });
    expect(over('http_reqs', 'rate>90', stalled)).toMatchObject({ outcome: 'broken', observed: 80 });
  });

  it('leaves the beginning of a trend out, with the export that reaches into it', () => {
    const slowStart = (second: number) => ({ histograms: { http_req_duration: trend(second < 10 ? 500 : 8, 100) } });
    expect(over('http_req_duration', 'max<100', slowStart).outcome).toBe('broken');
    expect(over('http_req_duration', 'max<100 after 10s', slowStart).outcome).toBe('held');
    expect(over('http_req_duration', 'max<100 after 9.5s', slowStart).outcome).toBe('held');
    expect(over('http_req_duration', 'max<100 after 9s', slowStart).outcome).toBe('broken');
  });

  it('wants samples beyond a percentile in every second that for asks of', () => {
    const few = () => ({ histograms: { http_req_duration: trend(8, 15) } });
    expect(over('http_req_duration', 'p(95)<100', few).outcome).toBe('held');
    expect(over('http_req_duration', 'p(95)<100 for 5s', few)).toMatchObject({
      outcome: 'no-data',
      reason: 'too-few-samples',
    });
    expect(over('http_req_duration', 'p(90)<100 for 5s', few).outcome).toBe('held');
  });

  it('reads a rate from its two halves, and a gauge', () => {
    const counters = { 'checks.total{condition:nonzero}': 9, 'checks.total{condition:zero}': 1 };
    expect(over('checks', 'rate>0.8', () => ({ counters }))).toMatchObject({ outcome: 'held', observed: 0.9 });
    expect(over('checks', 'count>0', () => ({ counters }))).toMatchObject({ outcome: 'no-data', reason: 'method' });
    const users = (second: number) => ({ gauges: { vus: second } });
    expect(over('vus', 'max<50', users)).toMatchObject({ outcome: 'broken', observed: 59 });
    expect(over('vus', 'value==59', users)).toMatchObject({ outcome: 'held' });
  });
});
