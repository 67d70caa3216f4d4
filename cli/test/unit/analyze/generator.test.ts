import { describe, expect, it } from 'vitest';
import { generator } from '../../../src/analyze/generator.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { builtLoad, builtRecord, builtSeries, type Curve, loadStart } from '../judge/built-run.ts';
import { couponRun } from '../report/built-report.ts';

const k6 = 'process_cpu_cores{process:k6}';
const waiting = 'process_cpu_wait_cores{process:k6}';
const api = 'process_cpu_cores{process:api}';
const host = 'host_cpu_busy_cores';

interface Built {
  readonly curves: Readonly<Record<string, Curve>>;
  readonly limit?: number;
  readonly cpuCount?: number;
  readonly load?: Parameters<typeof builtLoad>[0];
  readonly more?: SeriesLine[];
}

function found({ curves, limit, cpuCount = 2, load = {}, more = [] }: Built) {
  const settings = limit === undefined ? {} : { cpuLimit: limit };
  const parts = [{ name: 'k6', product: 'k6', version: '2.2.0', origin: 'local', settings }];
  const { host: machine } = builtRecord();
  return generator.analyze({
    load: builtLoad(load),
    scenario: null,
    host: { ...machine, cpuCount },
    parts,
    series: builtSeries(curves, more),
  });
}

function measured(limit: number, [k6Cores, waitCores, serverCores, hostCores]: readonly number[]) {
  return found({
    limit,
    curves: { [k6]: () => k6Cores, [waiting]: () => waitCores, [api]: () => serverCores, [host]: () => hostCores },
  });
}

describe('the generator is not blamed', () => {
  // k6, its wait, the server and the machine in cores, as they were measured on two cores.
  it.each([
    ['at 100 users with think time on a quiet machine', 2, [0.29, 0.2, 0.12, 0.44]],
    ['at 100 users with think time beside strangers that fill the machine', 2, [0.26, 0.65, 0.11, 1.94]],
    ['with a slow server and dropped iterations', 2, [0.09, 0.09, 0.05, 0.31]],
    ['with a slow server beside strangers', 2, [0.1, 0.22, 0.04, 1.88]],
    ['with a server at its ceiling', 2, [0.19, 0.26, 1.01, 1.21]],
    ['with a server at its ceiling beside strangers', 2, [0.09, 0.22, 0.79, 1.97]],
    ['with a server at its ceiling and too high a rate', 2, [0.24, 0.3, 1.01, 1.27]],
  ])('%s', (_, limit, cores) => {
    expect(measured(limit, cores)).toMatchObject({ outcome: 'ok', detail: {} });
  });
});

describe('a generator that neither ran nor wanted to', () => {
  const still = (isStill: (second: number) => boolean, wait = 0): Built => ({
    curves: {
      [k6]: (second) => (isStill(second) ? 0 : 0.1),
      [waiting]: (second) => (isStill(second) ? wait : 0.01),
      [api]: () => 0.1,
      [host]: () => 0.3,
    },
  });
  const between = (from: number, to: number) => (second: number) => second >= from && second < to;

  it('for seconds of the load was stopped', () => {
    expect(found(still(between(20, 24)))).toMatchObject({ outcome: 'problem', detail: { rule: 'stood-still' } });
  });

  it.each([
    ['for two seconds', still(between(20, 22))],
    ['in every other second', still((second) => second % 2 === 0)],
    ['but for the processor that it waited for a little', still(between(20, 30), 0.0001)],
    ['before the load', still((second) => second < 0)],
  ])('%s was not', (_, built) => {
    expect(found(built)).toMatchObject({ outcome: 'ok' });
  });
});

it('a generator that waited for a processor is sound, and says how long it waited', () => {
  const detail = { rule: 'ok-waited', usedCores: 0.3, waitCores: 0.29 };
  expect(measured(2, [0.3, 0.29, 0.12, 0.6])).toMatchObject({ outcome: 'ok', detail });
  expect(measured(2, [0.3, 0.02, 0.12, 0.6]).detail).toEqual({});
});

it('a server of one thread at its ceiling beside a k6 without a pause may be the limit as well: no blame', () => {
  expect(measured(2, [0.99, 0.8, 0.95, 1.98])).toMatchObject({ outcome: 'ok' });
});

describe('the generator is the limit', () => {
  it.each([
    ['with one processor and too high a rate', 1, [0.99, 0.04, 0.31, 1.38], 'cpu-used-up'],
    ['with one processor that a stranger takes at times', 1, [0.75, 0.28, 0.24, 1.67], 'cpu-starved'],
    ['on one processor shared with an endless loop', 1, [0.55, 0.44, 0.2, 1.13], 'cpu-starved'],
    ['on one processor shared with an endless loop on a full machine', 1, [0.53, 0.6, 0.12, 2], 'cpu-starved'],
    ['at the lowest priority beside two endless loops', 2, [0.02, 3.13, 0, 2], 'cpu-starved'],
    ['at five users and the lowest priority beside two loops', 2, [0.02, 2.86, 0.01, 1.99], 'cpu-starved'],
    ['against an empty server at the highest rate', 2, [1.43, 0.61, 0.46, 1.93], 'host-exhausted'],
    ['against an empty server beside strangers', 2, [0.56, 1.84, 0.17, 2], 'cpu-starved'],
    ['on a machine that it takes for itself', 2, [1.7, 0.1, 0.2, 1.95], 'cpu-used-up'],
  ])('%s', (_, limit, cores, rule) => {
    expect(measured(limit, cores)).toMatchObject({ outcome: 'problem', detail: { rule } });
  });

  it('with the figures that say so', () => {
    expect(measured(1, [0.99, 0.04, 0.31, 1.38]).evidence).toMatchObject([
      { metric: k6, value: 0.99, unit: 'cores', comparedWith: { value: 1, what: 'cpu-limit' } },
      { metric: waiting, value: 0.04 },
      { metric: host, value: 1.38 },
    ]);
  });

  it('where the machine does not tell the wait, by its CPU alone', () => {
    expect(found({ limit: 1, curves: { [k6]: () => 0.9 } })).toMatchObject({ detail: { rule: 'cpu-used-up' } });
    expect(found({ limit: 1, curves: { [k6]: () => 0.5 } })).toMatchObject({ outcome: 'ok' });
  });

  it('where nobody knows its limit, by the processors of the machine', () => {
    expect(found({ cpuCount: 8, curves: { [k6]: () => 6.5 } })).toMatchObject({ detail: { rule: 'cpu-used-up' } });
    expect(found({ cpuCount: 8, curves: { [k6]: () => 1 } })).toMatchObject({ outcome: 'ok' });
  });

  it('not for a short peak, nor for the making of its users', () => {
    const peak: Curve = (second) => (second >= 20 && second < 30 ? 1 : 0.2);
    const start: Curve = (second) => (second < 2 ? 1 : 0.2);
    expect(found({ limit: 1, curves: { [k6]: peak } }).outcome).toBe('ok');
    expect(found({ limit: 1, curves: { [k6]: start }, load: { endedAt: loadStart + 5_000 } }).outcome).toBe('ok');
  });

  it.each([
    ['sockets', 'error="Get \\"http://127.0.0.1:80/\\": dial tcp 127.0.0.1:80: socket: too many open files"'],
    ['sockets', 'dial tcp 127.0.0.1:80: connect: cannot assign requested address'],
    ['memory', 'fatal error: out of memory'],
    ['memory', 'runtime: out of memory: cannot allocate 4194304-byte block (217415680 in use)'],
  ])('of %s by its own words', (rule, line) => {
    expect(found({ curves: { [k6]: () => 0.1 }, load: { consoleTail: [line] } })).toMatchObject({
      outcome: 'problem',
      detail: { rule },
    });
  });

  it('but not by the words of the service that a script prints', () => {
    const consoleTail = [
      'level=info msg="{\\"error\\":\\"too many open files\\"}" source=console',
      'msg="out of memory"',
    ];
    expect(found({ curves: { [k6]: () => 0.1 }, load: { consoleTail } })).toMatchObject({ outcome: 'ok' });
  });

  it('of sockets by the code of its requests, which its console may have lost', () => {
    const line = (errorCode: string): SeriesLine => ({
      kind: 'load',
      t: loadStart + 5_500,
      from: loadStart + 5_000,
      instance: 0,
      counters: { [`http_reqs{error_code:${errorCode},name:a}`]: 3 },
      gauges: {},
      histograms: {},
    });
    const curves = { [k6]: () => 0.1 };
    expect(found({ curves, more: [line('1213')] })).toMatchObject({ detail: { rule: 'sockets' } });
    expect(found({ curves, more: [line('1212')] })).toMatchObject({ outcome: 'ok' });
  });
});

describe('users that take long to make', () => {
  // k6 2.2.0 on two busy cores: eight seconds of making 1,200 users, then arrivals that cost it next to nothing.
  const made = 8;
  const making: Curve = (second) => (second < made ? 1.1 : 0.3);
  const waitingToMake: Curve = (second) => (second < made ? 1 : 0.4);
  const late = (loadSeconds: number) => {
    const series = builtSeries({ [k6]: making, [waiting]: waitingToMake });
    const { host: machine } = builtRecord();
    return generator.analyze({
      load: builtLoad({ endedAt: loadStart + (made + loadSeconds) * 1_000 }),
      scenario: null,
      host: { ...machine, cpuCount: 2 },
      parts: [],
      series: { ...series, load: series.load.filter(({ from }) => from >= loadStart + made * 1_000) },
    });
  };

  it('are not the load that the generator is judged by', () => {
    expect(late(6)).toMatchObject({ outcome: 'ok' });
  });

  it('leave a load too short to judge it where k6 was stopped soon after', () => {
    expect(late(1)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'too-short' } });
  });
});

describe('a load in steps', () => {
  const arrivals = (startTime: string) => ({
    executor: 'constant-arrival-rate',
    startTime,
    duration: '20s',
    rate: 100,
  });
  const inTurn = { step_1: arrivals('0s'), step_2: arrivals('20s'), step_3: arrivals('40s') };
  const inStages = {
    ramp: { executor: 'ramping-vus', stages: ['20s', '20s', '20s'].map((duration) => ({ duration, target: 9 })) },
  };
  const busyFrom =
    (second: number): Curve =>
    (at) =>
      at >= second ? 1.9 : 0.3;

  const judged = (scenarios: Record<string, unknown>, curve: Curve, names: readonly string[]) => {
    const { scenario, host: machine } = couponRun().record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const series = builtSeries({ [k6]: curve });
    const tagged = series.load.map((line, second) => {
      const name = names[Math.min(names.length - 1, Math.floor(second / (60 / names.length)))] ?? '';
      return { ...line, counters: { [`iterations{scenario:${name}}`]: 100 } };
    });
    return generator.analyze({
      load: builtLoad(),
      scenario: { ...scenario, options: { scenarios } },
      host: { ...machine, cpuCount: 2 },
      parts: [],
      series: { ...series, load: tagged },
    });
  };
  const steps = ['step_1', 'step_2', 'step_3'];

  it('names the first step that the generator could not make, which is no median of the whole', () => {
    expect(judged(inTurn, busyFrom(40), steps)).toMatchObject({
      outcome: 'problem',
      detail: { rule: 'cpu-used-up', step: 'step_3' },
    });
    expect(judged(inStages, busyFrom(40), ['ramp'])).toMatchObject({ detail: { step: 'ramp 3' } });
  });

  it('has its figures from that step', () => {
    expect(judged(inTurn, busyFrom(40), steps).evidence).toMatchObject([{ metric: k6, value: 1.9 }]);
  });

  it('is sound where no step took all of the generator', () => {
    expect(judged(inTurn, () => 0.9, steps)).toMatchObject({ outcome: 'ok' });
    expect(judged(inStages, () => 0.9, ['ramp'])).toMatchObject({ outcome: 'ok' });
  });

  it('counts its stages as the report does: a jump is none', () => {
    const stage = (duration: string) => ({ duration, target: 9 });
    const jump = { ramp: { executor: 'ramping-vus', stages: [stage('40s'), stage('0s'), stage('20s')] } };
    expect(judged(jump, busyFrom(40), ['ramp'])).toMatchObject({ detail: { step: 'ramp 2' } });
  });

  it('is not judged in parts where its k6 scenarios overlap', () => {
    const atOnce = { step_1: arrivals('0s'), step_2: arrivals('10s') };
    expect(judged(atOnce, busyFrom(40), steps)).toMatchObject({ outcome: 'ok' });
  });
});

describe('the generator is not judged', () => {
  it('after a load that was too short', () => {
    const load = { endedAt: loadStart + 3_900 };
    expect(found({ curves: { [k6]: () => 2 }, load })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'too-short' },
    });
  });

  it('when nobody watched it', () => {
    expect(found({ curves: { [host]: () => 2 } })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'not-watched' },
    });
  });
});
