import { describe, expect, it } from 'vitest';
import { bottleneck } from '../../../src/analyze/bottleneck.ts';
import type { FindingDraft, Scenario } from '../../../src/record/run-record.ts';
import type { Histogram, LoadLine } from '../../../src/record/series.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadEnd, loadStart } from '../judge/built-run.ts';
import { couponRun } from '../report/built-report.ts';

/** What users saw in a second. */
interface Seen {
  readonly rate: number;
  readonly meanMs: number;
  readonly dropped?: number;
  readonly refused?: number;
  /** Whole length of an iteration, and the sleep in it. */
  readonly iterationMs?: number;
  readonly thinkMs?: number;
}

interface Built {
  readonly seen: (second: number) => Seen;
  readonly model?: Scenario['model'];
  readonly curves?: Readonly<Record<string, Curve>>;
  readonly seconds?: number;
  /** Service and generator on one machine. */
  readonly shared?: boolean;
}

const flat =
  (value: number): Curve =>
  () =>
    value;

/** k6, service and stores far from every limit, as measured at 100 users with think time on two cores. */
const quiet: Readonly<Record<string, Curve>> = {
  'process_cpu_cores{process:k6}': flat(0.12),
  'process_cpu_wait_cores{process:k6}': flat(0.1),
  'process_cpu_cores{process:api}': flat(0.1),
  'process_cpu_wait_cores{process:api}': flat(0.05),
  'process_cpu_cores{process:worker}': flat(0.1),
  'process_cpu_cores{process:mysql}': flat(0.12),
  'process_cpu_cores{process:redis}': flat(0.01),
  host_cpu_busy_cores: flat(0.55),
  'nodejs_eventloop_utilization_ratio{process:api}': flat(0.12),
  'nodejs_eventloop_utilization_ratio{process:worker}': flat(0.12),
  'http_request_duration_seconds_count{process:api}': (second) => (second + 3) * 100,
  'http_requests_in_flight{process:api}': flat(0),
  'mysql_pool_in_use{process:api}': flat(1),
  'mysql_pool_waiting{process:api}': flat(0),
  'mysql_pool_wait_seconds_count{process:api}': (second) => (second + 3) * 600,
  mysql_threads_running: flat(1),
  mysql_row_lock_current_waits: flat(0),
  mysql_row_lock_ms: flat(0),
  redis_ping_ms: flat(0.4),
  mysql_ping_ms: flat(0.4),
};

/** Of one value. */
function histogram(value: number, count: number): Histogram {
  const index = Math.ceil(Math.log2(value) * 8) - 1;
  const [min, max] = [value, value];
  return { scale: 3, offset: index, counts: [count], zeroCount: 0, count, sum: value * count, min, max };
}

function line(second: number, { rate, meanMs, dropped = 0, refused = 0, iterationMs, thinkMs }: Seen): LoadLine {
  const iteration = iterationMs ?? meanMs;
  return {
    kind: 'load',
    t: loadStart + (second + 1) * 1_000,
    from: loadStart + second * 1_000,
    instance: 0,
    counters: {
      'iterations{scenario:order}': rate,
      'http_reqs{name:create_order,status:201}': rate - refused,
      ...(refused > 0 ? { 'http_reqs{name:create_order,status:503}': refused } : {}),
      ...(dropped > 0 ? { dropped_iterations: dropped } : {}),
    },
    gauges: { vus: 100 },
    histograms:
      rate === 0
        ? {}
        : {
            'http_req_duration{name:create_order}': histogram(meanMs, rate),
            iteration_duration: histogram(iteration, rate),
            ...(thinkMs === undefined ? {} : { think_time: histogram(thinkMs, rate) }),
          },
  };
}

function found({ seen, model = 'open', curves = {}, seconds = 60, shared = true }: Built): FindingDraft {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('a built run has a scenario');
  const { host } = builtRecord();
  const series = builtSeries({ ...quiet, ...curves });
  const lines = Array.from({ length: seconds }, (_, second) => line(second, seen(second)));
  return bottleneck.analyze({
    load: builtLoad({ summary: null, endedAt: loadStart + seconds * 1_000 }),
    scenario: { ...scenario, model, plannedMs: seconds * 1_000, options: {} },
    host: { ...host, shared, cpuCount: 2 },
    parts: [],
    series: { ...series, load: lines },
  });
}

/** 3 ms until requests begin to pile up after five seconds. */
const piling =
  (rate: number, meanMs: number) =>
  (second: number): Seen =>
    second < 5 ? { rate: 500, meanMs: 3 } : { rate, meanMs, dropped: 100 };

const named = (component: string, resource: string, confidence: string) => ({
  outcome: 'problem',
  confidence,
  detail: { rule: 'named', component, resource },
});

describe('nothing is the bottleneck', () => {
  it('where the rate was kept and answers stayed fast', () => {
    const finding = found({ seen: () => ({ rate: 50, meanMs: 4 }) });
    expect(finding).toMatchObject({ outcome: 'ok', confidence: 'high', detail: { rule: 'none' } });
    expect(finding.ruledOut?.map(({ id }) => id)).toEqual([
      'stage-generator',
      'stage-event-loop',
      'stage-pool',
      'stage-row-lock',
      'stage-mysql-cpu',
      'stage-redis-cpu',
      'stage-redis-round-trip',
      'stage-host-cpu',
    ]);
  });

  it('where long iterations are made of sleep', () => {
    const sleeping: Seen = { rate: 53, meanMs: 29, iterationMs: 1_880, thinkMs: 1_850 };
    expect(found({ seen: () => sleeping, model: 'closed' })).toMatchObject({
      outcome: 'ok',
      detail: { rule: 'think-time', thinkShare: 1_850 / 1_880 },
    });
  });

  it('where a stranger’s script takes its time and does not say why', () => {
    const seen = () => ({ rate: 53, meanMs: 29, iterationMs: 1_880 });
    expect(found({ seen, model: 'closed' })).toMatchObject({ outcome: 'ok', detail: { rule: 'script-time' } });
  });

  it('where one second in twenty was slow', () => {
    const seen = (second: number) => ({ rate: 50, meanMs: second % 20 === 7 ? 400 : 4 });
    expect(found({ seen }).detail.rule).toBe('none');
  });

  it('where a service is slow by nature and holds its rate', () => {
    expect(found({ seen: () => ({ rate: 50, meanMs: 300 }) }).detail.rule).toBe('none');
  });

  it('where the event loop is busy, but answers are as fast as ever', () => {
    const curves = { 'nodejs_eventloop_utilization_ratio{process:api}': flat(0.97) };
    expect(found({ seen: () => ({ rate: 50, meanMs: 4 }), curves }).detail.rule).toBe('none');
  });
});

describe('one stage is named', () => {
  const inPool = {
    'http_requests_in_flight{process:api}': flat(401),
    'mysql_pool_waiting{process:api}': flat(400),
    'mysql_pool_in_use{process:api}': flat(1),
  };
  const fullPool = { ...inPool, 'mysql_pool_in_use{process:api}': flat(16) };

  it('the event loop, where it has no pause and a processor of its own', () => {
    const curves = {
      'nodejs_eventloop_utilization_ratio{process:api}': flat(0.99),
      'process_cpu_cores{process:api}': flat(0.97),
    };
    const finding = found({ seen: piling(300, 900), curves });
    expect(finding).toMatchObject(named('api', 'event-loop', 'high'));
    expect(finding.evidence.map(({ metric }) => metric)).toContain('nodejs_eventloop_utilization_ratio{process:api}');
    for (const { from, to } of finding.evidence) expect([from, to]).not.toContain(null);
  });

  it('the event loop, less surely, where it was too busy to show its own metrics', () => {
    const curves = {
      'nodejs_eventloop_utilization_ratio{process:api}': (second: number) => (second < 5 ? 0.5 : null),
      'process_cpu_cores{process:api}': flat(0.97),
    };
    expect(found({ seen: piling(300, 900), curves })).toMatchObject(named('api', 'event-loop', 'medium'));
  });

  it('the event loop of a closed load without think time, where users wait for nothing else', () => {
    const curves = {
      'nodejs_eventloop_utilization_ratio{process:api}': flat(0.99),
      'process_cpu_cores{process:api}': flat(0.97),
    };
    const seen = () => ({ rate: 250, meanMs: 80, iterationMs: 80, thinkMs: 0.1 });
    expect(found({ seen, model: 'closed', curves })).toMatchObject(named('api', 'event-loop', 'high'));
    const hiccup = (second: number) => ({ ...seen(), meanMs: second === 30 ? 500 : 80 });
    expect(found({ seen: hiccup, model: 'closed', curves })).toMatchObject(named('api', 'event-loop', 'high'));
  });

  it('the pool, where all of it is in use and nearly all requests wait for it', () => {
    expect(found({ seen: piling(400, 900), curves: inPool })).toMatchObject(named('api', 'pool', 'high'));
  });

  it('the pool, less surely, where each connection is held for long or nobody counted', () => {
    for (const leases of [(second: number) => (second + 3) * 8, () => undefined]) {
      const curves = { ...inPool, 'mysql_pool_wait_seconds_count{process:api}': leases };
      expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('api', 'pool', 'medium'));
    }
  });

  it('the row lock behind a full pool, not the pool', () => {
    const curves = { ...fullPool, mysql_row_lock_current_waits: flat(14), mysql_threads_running: flat(16) };
    expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('mysql', 'row-lock', 'medium'));
  });

  it('the row lock in the seconds in which there was one', () => {
    const on = (second: number) => second % 2 === 0;
    const curves = {
      'http_requests_in_flight{process:api}': (second: number) => (on(second) ? 200 : 1),
      'mysql_pool_waiting{process:api}': (second: number) => (on(second) ? 180 : 0),
      'mysql_pool_in_use{process:api}': (second: number) => (on(second) ? 16 : 1),
      mysql_row_lock_current_waits: (second: number) => (on(second) ? 13 : 0),
    };
    const seen = (second: number) => ({ rate: 500, meanMs: on(second) ? 3 : 300 });
    expect(found({ seen, curves })).toMatchObject(named('mysql', 'row-lock', 'medium'));
  });

  it('MySQL’s CPU behind a full pool', () => {
    const curves = { ...fullPool, 'process_cpu_cores{process:mysql}': flat(1.9), mysql_threads_running: flat(16) };
    expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('mysql', 'cpu', 'high'));
  });

  it('MySQL’s disk or another lock, where most connections run a statement and no CPU is full', () => {
    const curves = { ...fullPool, mysql_threads_running: flat(15) };
    expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('mysql', 'io', 'medium'));
  });

  it('Redis, where its one core is full', () => {
    const curves = { 'process_cpu_cores{process:redis}': flat(0.98) };
    expect(found({ seen: piling(400, 300), curves })).toMatchObject(named('redis', 'cpu', 'high'));
  });

  it('the round trip to Redis, where its ping is a good part of each answer and another store’s is not', () => {
    const seen = () => ({ rate: 600, meanMs: 6.5, iterationMs: 6.6, thinkMs: 0.1 });
    const curves = { redis_ping_ms: flat(5.3) };
    expect(found({ seen, model: 'closed', curves })).toMatchObject(named('redis', 'round-trip', 'medium'));
    const late = { redis_ping_ms: flat(5.3), mysql_ping_ms: flat(5) };
    expect(found({ seen, model: 'closed', curves: late }).detail.rule).toBe('undetermined');
  });

  it('the machine, where it was full and the event loop only lacked a processor', () => {
    const curves = {
      ...fullPool,
      'nodejs_eventloop_utilization_ratio{process:api}': flat(1),
      'process_cpu_cores{process:api}': flat(0.4),
      'process_cpu_wait_cores{process:api}': flat(1.2),
      host_cpu_busy_cores: flat(2),
    };
    expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('host', 'cpu', 'medium'));
  });

  it('the machine with low confidence where it was full and nothing waited for it', () => {
    const curves = { host_cpu_busy_cores: flat(2) };
    expect(found({ seen: piling(400, 900), curves })).toMatchObject(named('host', 'cpu', 'low'));
  });

  it('a pool on a full machine, but not for certain', () => {
    const curves = { ...inPool, host_cpu_busy_cores: flat(1.97) };
    const finding = found({ seen: piling(400, 900), curves });
    expect(finding).toMatchObject(named('api', 'pool', 'medium'));
    expect(finding.surer?.map(({ id }) => id)).toContain('stage-quiet-machine');
  });
});

describe('what answers do not wait for', () => {
  const lag = 'kafka_consumer_lag{group:point-accrual,topic:order.completed}';
  const growing = {
    [lag]: (second: number) => Math.max(0, second) * 80,
    'kafka_end_offset{topic:order.completed}': (second: number) => (second + 2) * 100,
    'kafka_committed_offset{group:point-accrual,topic:order.completed}': (second: number) => (second + 2) * 20,
  };

  it('is named for itself: the consumer that falls behind', () => {
    const finding = found({ seen: () => ({ rate: 100, meanMs: 4 }), curves: growing });
    expect(finding).toMatchObject({
      outcome: 'problem',
      detail: { rule: 'named-backlog', component: 'consumer', resource: 'processing' },
    });
    expect(finding.ruledOut?.map(({ id }) => id)).toContain('stage-answers');
  });

  it('is the writer where the stream grows', () => {
    const curves = { 'redis_stream_lag{group:g,stream:s}': (second: number) => Math.max(0, second) * 50 };
    expect(found({ seen: () => ({ rate: 100, meanMs: 4 }), curves }).detail.component).toBe('writer');
  });

  it('is never the reason of slow answers', () => {
    const curves = { ...growing, 'process_cpu_cores{process:redis}': flat(0.98) };
    const finding = found({ seen: piling(400, 300), curves });
    expect(finding).toMatchObject(named('redis', 'cpu', 'high'));
    expect(finding.ruledOut?.map(({ id }) => id)).toContain('stage-backlog');
  });

  it('is nothing where a backlog comes and goes', () => {
    const curves = { [lag]: (second: number) => (second % 5) * 100 };
    expect(found({ seen: () => ({ rate: 100, meanMs: 4 }), curves }).detail.rule).toBe('none');
  });
});

describe('nothing is named', () => {
  it('where the generator was the limit', () => {
    const curves = { 'process_cpu_cores{process:k6}': flat(1.9) };
    expect(found({ seen: piling(300, 900), curves })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'generator' },
    });
  });

  it('where requests pile up and no stage shows why', () => {
    const finding = found({ seen: piling(300, 900) });
    expect(finding).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'undetermined' } });
  });

  it('where nobody watched the service: what it would take is said', () => {
    const curves = Object.fromEntries(Object.keys(quiet).map((key) => [key, () => undefined]));
    const finding = found({ seen: piling(300, 900), curves });
    expect(finding.detail.rule).toBe('undetermined');
    expect(finding.surer?.map(({ id }) => id)).toEqual(['stage-generator-watched', 'stage-service-metrics']);
  });

  it('where the machine of the generator alone was full, and the service is elsewhere', () => {
    const curves = { host_cpu_busy_cores: flat(2) };
    expect(found({ seen: piling(400, 900), curves, shared: false }).detail.rule).toBe('undetermined');
  });

  it('where some seconds were slow, but not enough of them to tell', () => {
    const seen = (second: number) => ({ rate: 100, meanMs: second % 5 === 0 ? 400 : 4 });
    expect(found({ seen }).detail.rule).toBe('undetermined');
  });

  it('where one user waits for one answer after the other', () => {
    const seen = () => ({ rate: 200, meanMs: 5, iterationMs: 5, thinkMs: 0.1 });
    expect(found({ seen, model: 'closed' }).detail.rule).toBe('undetermined');
  });

  it.each([6, 2, 1])('in a load of %d seconds', (seconds) => {
    expect(found({ seen: piling(300, 900), seconds })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'too-short' },
      surer: [{ id: 'stage-longer-load' }],
    });
  });

  it('without a request', () => {
    expect(found({ seen: () => ({ rate: 0, meanMs: 1 }) })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'no-requests' },
    });
  });
});

it('looks at the step in which requests piled up, not at the steps before it', () => {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('a built run has a scenario');
  const step = (startTime: string) => ({ executor: 'constant-arrival-rate', startTime, duration: '20s', rate: 100 });
  const scenarios = { step_1: step('0s'), step_2: step('20s'), step_3: step('40s') };
  const seen = (second: number): Seen =>
    second < 42 ? { rate: 300, meanMs: 3 } : { rate: 300, meanMs: 900, dropped: 90 };
  const hot =
    (calm: number, full: number): Curve =>
    (second) =>
      second >= 41 ? full : calm;
  const series = builtSeries({
    ...quiet,
    'nodejs_eventloop_utilization_ratio{process:api}': hot(0.4, 0.99),
    'process_cpu_cores{process:api}': hot(0.4, 0.97),
  });
  const lines = Array.from({ length: 60 }, (_, second) => {
    const built = line(second, seen(second));
    const tagged = `iterations{scenario:step_${Math.floor(second / 20) + 1}}`;
    return { ...built, counters: { ...built.counters, [tagged]: 1 } };
  });
  const finding = bottleneck.analyze({
    load: builtLoad({ summary: null }),
    scenario: { ...scenario, model: 'open', plannedMs: loadEnd - loadStart, options: { scenarios } },
    host: { ...builtRecord().host, cpuCount: 2 },
    parts: [],
    series: { ...series, load: lines },
  });
  expect(finding).toMatchObject(named('api', 'event-loop', 'high'));
  for (const { from } of finding.evidence) expect(from).toBeGreaterThanOrEqual(loadStart + 40_000);
});
