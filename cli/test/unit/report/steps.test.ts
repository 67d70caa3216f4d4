import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { loadTime } from '../../../src/report/load-time.ts';
import { stepsOf } from '../../../src/report/step.ts';
import { stepFigures } from '../../../src/report/step-figures.ts';
import { builtLoad } from '../judge/built-run.ts';
import { couponRun, render } from './built-report.ts';
import { answeredIn, type BuiltStep, beganAt, steppedRun } from './built-steps.ts';

const steady = (rate: number): readonly number[] => [rate, rate, rate, rate, rate];
const held = (rate: number): BuiltStep => ({ rate, answers: steady(rate), outcome: 'held' });
const broken = (rate: number): BuiltStep => ({ rate, answers: [rate, 40], outcome: 'broken', dropped: 77 });
const unreached = (rate: number): BuiltStep => ({ rate, answers: [], outcome: 'no-data', reason: 'stopped-early' });

/** The section, or nothing. */
function section(run: ReportedRun, lang: 'ko' | 'en' = 'ko'): string {
  const heading = lang === 'ko' ? '단계별 성능' : 'Figures per step';
  return (
    render([run], lang, 'md')
      .split(/^## /m)
      .find((part) => part.startsWith(heading)) ?? ''
  );
}

function rowOf(text: string, name: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`| ${name} `)) ?? '';
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function figuresOf(run: ReportedRun) {
  const time = loadTime(run);
  if (time === null) throw new Error('nothing was loaded');
  return stepsOf(run.record).map((step) => stepFigures(run, step, time));
}

/** The same load under other scenarios of k6. */
function under(scenarios: unknown, lines: readonly SeriesLine[], changes: Partial<RunRecord> = {}): ReportedRun {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('no scenario');
  const last = Math.max(beganAt, ...lines.map(({ t }) => t));
  // As much time as k6 itself counts.
  const summary = { http_reqs: { count: 100, rate: 100 / Math.max(0.001, (last - beganAt) / 1_000) } };
  const load = builtLoad({ summary, endedAt: last });
  return couponRun({ scenario: { ...scenario, options: { scenarios } }, load, ...changes }, lines);
}

describe('a run that is the same from beginning to end has no steps', () => {
  it.each([
    ['users', { main: { executor: 'constant-vus', vus: 100, duration: '1m0s' } }],
    ['arrivals', { main: { executor: 'constant-arrival-rate', rate: 10, duration: '1m0s' } }],
    ['one ramp', { main: { executor: 'ramping-vus', stages: [{ duration: '10s', target: 5 }] } }],
    ['something that is not of k6', [{ executor: 7 }]],
  ])('%s', (_, scenarios) => {
    expect(section(under(scenarios, []))).toBe('');
  });

  it('nor has one in which nothing was loaded', () => {
    expect(section({ ...steppedRun([held(1), held(2)]), record: { ...couponRun().record, load: null } })).toBe('');
  });
});

describe('a load that rose until it broke', () => {
  const run = steppedRun([held(100), held(200), broken(400), unreached(800)]);
  const text = section(run);

  it('has the figures of each step, and none of what was not begun', () => {
    expect(rowOf(text, 'step_1')).toEqual([
      'step_1',
      '100/s',
      '500건',
      '100.00 TPS',
      '10.25ms',
      '10.75ms',
      '0.00%',
      '0건',
      '지킴',
    ]);
    expect(rowOf(text, 'step_3')).toEqual([
      'step_3',
      '400/s',
      '440건',
      '220.00 TPS',
      '30.25ms',
      '30.75ms',
      '0.00%',
      '77건',
      '위반',
    ]);
    expect(rowOf(text, 'step_4')).toEqual(['step_4', '800/s', '—', '—', '—', '—', '—', '—', '미실시']);
  });

  it('says what broke, between which loads the saturation point lies, and what was not tried', () => {
    expect(text).toContain('p(95)<25 (실측 30.25ms)');
    expect(text).toContain('임계점은 200/s에서 400/s 사이에 있다');
    expect(text).toMatch(/k6가 부하를 멈추었으므로 시작하지 않은 단계: step_4/);
    expect(section(run, 'en')).toContain('the saturation point lies between 200/s and 400/s');
  });

  it('says nothing about a saturation point where the measurement is invalid, or k6 used up its processors', () => {
    const { judgement } = run.record;
    if (judgement === null) throw new Error('not judged');
    const invalid = { ...judgement, verdict: { ...judgement.verdict, name: 'INVALID' as const } };
    expect(section({ ...run, record: { ...run.record, judgement: invalid } })).not.toContain('임계점은');

    const busy = { ...broken(400), answers: [400, 400, 400, 400, 400], k6Cores: 1.7 };
    const limited = section(steppedRun([held(100), held(200), busy, unreached(800)]));
    expect(limited).not.toContain('임계점은');
    expect(limited).toContain('서버의 한계인지 발생기의 한계인지');
    expect(rowOf(limited, 'step_3')[8]).toBe('1.7');
    expect(section(steppedRun([held(100), { ...busy, k6Cores: 1 }]))).toContain('100/s에서 400/s 사이');
  });
});

describe('the saturation point', () => {
  it('is above a load that never broke', () => {
    const text = section(steppedRun([held(100), held(200)]));
    expect(text).toContain('기준이 있는 단계는 모두 기준을 지켰다');
    expect(text).toContain('가장 높은 부하인 200/s까지');
  });

  it('is below a first step that broke', () => {
    expect(section(steppedRun([broken(100), unreached(200)]))).toContain('임계점은 100/s보다 낮다');
  });

  it('is not told where a step before the break has too few samples', () => {
    const few: BuiltStep = { rate: 2, answers: steady(2), outcome: 'no-data', reason: 'too-few-samples' };
    const text = section(steppedRun([few, broken(400)]));
    expect(text).toMatch(/step_1: 표본이 부족하여/);
    expect(text).not.toContain('임계점은');
  });

  it('is not told of a load that goes up and down', () => {
    const text = section(steppedRun([held(20), { ...held(200), outcome: null }, held(20)]));
    expect(text).not.toContain('임계점은');
    expect(rowOf(text, 'step_2').at(-1)).toBe('기준 없음');
    expect(text).toMatch(/step_2에는 기준이 없다/);
  });
});

describe('figures of a step', () => {
  it('count late answers among its requests, but not in its throughput', () => {
    const overloaded: BuiltStep = { rate: 100, answers: [50, 50, 50, 50, 50, 50, 50], outcome: 'broken' };
    const [figures] = figuresOf(steppedRun([overloaded, unreached(200)]));
    expect(figures).toMatchObject({ requests: 350, perSecond: 50 });
  });

  it('come from the series alone where no threshold made them, and say so', () => {
    const run = steppedRun([held(100), held(200)]);
    const { load } = run.record;
    if (load === null) throw new Error('nothing was loaded');
    const summary = Object.fromEntries(Object.entries(load.summary ?? {}).filter(([key]) => !key.includes('{')));
    const bare = { ...run, record: { ...run.record, load: { ...load, summary } } };
    const [first, second] = figuresOf(bare);
    expect(first).toMatchObject({ requests: 500, expected: { approximate: true, p95Ms: 10 } });
    expect(second?.expected?.p99Ms).toBe(20);
    expect(section(bare)).toMatch(/≈ 10\.00ms.*≈ 20\.00ms/s);
    expect(section(bare)).toContain('≈ 표시는');
    expect(section(run)).not.toContain('≈');
  });

  it('come from the summary alone where the series is missing', () => {
    const run = steppedRun([held(100), held(200)]);
    const [first] = figuresOf({ ...run, series: { ...run.series, load: [] } });
    expect(first).toMatchObject({ requests: 500, failureRate: null, dropped: null, expected: { p95Ms: 10.25 } });
  });

  it('know a system error from a correct rejection', () => {
    const counters = {
      'http_reqs{expected_response:true,name:a,scenario:one,status:409}': 60,
      'http_reqs{expected_response:false,name:a,scenario:one,status:503}': 20,
      'http_reqs{name:a,scenario:one,status:200}': 15,
      'http_reqs{name:a,scenario:one,status:500}': 5,
    };
    const line = { kind: 'load', t: beganAt + 1_000, from: beganAt, instance: 0, gauges: {}, histograms: {} } as const;
    const scenarios = { one: { executor: 'constant-vus', vus: 5, duration: '1s' }, two: { executor: 'constant-vus' } };
    const [one] = figuresOf(under(scenarios, [{ ...line, counters }]));
    expect(one).toMatchObject({ requests: 100, failureRate: 0.25, dropped: 'cannot' });
  });
});

describe("a stranger's scenarios", () => {
  const line = (second: number, scenario: string, count: number): SeriesLine => ({
    kind: 'load',
    t: beganAt + (second + 1) * 1_000,
    from: beganAt + second * 1_000,
    instance: 0,
    counters: { [`http_reqs{expected_response:true,name:x,scenario:${scenario},status:200}`]: count },
    gauges: {},
    histograms: { [`http_req_duration{expected_response:true,name:x,scenario:${scenario}}`]: answeredIn(8, count) },
  });

  it('side by side are a row each, and without thresholds on them nothing is said on which held', () => {
    const scenarios = {
      'browse|<b>': { executor: 'constant-vus', vus: 5, duration: '4s' },
      buy: { executor: 'shared-iterations', vus: 2, iterations: 30, maxDuration: '10m0s' },
    };
    const lines = [0, 1, 2, 3].map((second) => line(second, 'browse|<b>', 10));
    const text = section(under(scenarios, [...lines, line(0, 'buy', 30)]));
    expect(text).toContain('browse\\|\\<b>');
    expect(rowOf(text, 'buy').slice(1, 4)).toEqual(['2 VU · 반복 30회', '30건', '30.00 TPS']);
    expect(text).toContain('5 VU');
    expect(text).toContain('어느 단계를 견뎠는지는 말할 수 없다');
    expect(text).not.toContain('임계점은');
  });

  it('that ramp are cut into their stages by time', () => {
    const stages = [
      { duration: '2s', target: 10 },
      { duration: '0s', target: 40 },
      { duration: '2s', target: 40 },
      { duration: '3s', target: 0 },
    ];
    const scenarios = { ramp: { executor: 'ramping-vus', startVUs: 1, stages } };
    const counts = [10, 20, 80, 80, 40, 20];
    const text = section(
      under(
        scenarios,
        counts.map((count, second) => line(second, 'ramp', count)),
      ),
    );
    expect(rowOf(text, 'ramp · 1단계').slice(1, 4)).toEqual(['1 → 10 VU', '30건', '15.00 TPS']);
    expect(rowOf(text, 'ramp · 2단계').slice(1, 4)).toEqual(['40 VU', '160건', '80.00 TPS']);
    expect(rowOf(text, 'ramp · 3단계').slice(1, 4)).toEqual(['40 → 0 VU', '60건', '30.00 TPS']);
    expect(rowOf(text, 'ramp · 1단계').at(-1)).toBe('—');
    expect(text).toContain('1초 단위로 나눈 것이다');
  });

  it('of thousands of stages show the first sixty and say so', () => {
    const stages = Array.from({ length: 2_000 }, (_, index) => ({ duration: '1s', target: index % 7 }));
    const text = section(under({ wave: { executor: 'ramping-vus', stages } }, [line(0, 'wave', 3)]));
    expect(text.match(/^\| wave/gm)).toHaveLength(60);
    expect(text).toContain('2000단계 가운데 앞의 60단계만');
  });
});

it('the moment at which the steps began is found although k6 took its time to make users or ran setup()', () => {
  const run = steppedRun([held(100), held(200)]);
  expect(loadTime(run)?.beganAt).toBe(beganAt);
  const { load } = run.record;
  if (load === null) throw new Error('nothing was loaded');
  // k6 counts `setup()` in: 9 s more than the steps took.
  const summary = { ...load.summary, http_reqs: { count: 1_500, rate: 1_500 / 19 } };
  const time = loadTime({ ...run, record: { ...run.record, load: { ...load, summary } } });
  expect(Math.abs((time?.beganAt ?? 0) - beganAt)).toBeLessThanOrEqual(1_000);
});

it('several APIs have their p95 in each step apart', () => {
  const run = steppedRun([held(100), held(200)]);
  const order = 'expected_response:true,name:create_order,scenario:step_1,status:201';
  const more: SeriesLine = {
    kind: 'load',
    t: beganAt + 1_000,
    from: beganAt,
    instance: 0,
    counters: { [`http_reqs{${order}}`]: 4 },
    gauges: {},
    histograms: { [`http_req_duration{${order}}`]: answeredIn(500, 4) },
  };
  const text = section({ ...run, series: { ...run.series, load: [more, ...run.series.load] } });
  expect(text).toContain('API별 응답 시간 (p95)');
  expect(text).toContain('≈ 500.00ms');
  expect(section(run)).not.toContain('API별 응답 시간');
});

it('says nothing undefined in either language or format', () => {
  const run = steppedRun([held(100), broken(400), unreached(800)]);
  for (const lang of ['ko', 'en'] as const) {
    for (const format of ['md', 'html'] as const) {
      const text = render([run], lang, format);
      expect(text).not.toMatch(/\bNaN\b|undefined|null|\[object|steps\.|offered\./);
    }
  }
});
