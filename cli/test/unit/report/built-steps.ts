import type { RunRecord, ThresholdResult } from '../../../src/record/run-record.ts';
import type { Histogram, SeriesLine } from '../../../src/record/series.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { couponRun } from './built-report.ts';

/** Of a step of five seconds. */
export interface BuiltStep {
  readonly rate: number;
  /** Answers in each of its seconds; none: it was not reached. */
  readonly answers: readonly number[];
  /** What its threshold on p(95) came to; null: it has none. */
  readonly outcome: ThresholdResult['outcome'] | null;
  readonly reason?: string;
  readonly dropped?: number;
  readonly k6Cores?: number;
}

export const stepSeconds = 5;

/** k6 makes users for 2 s, then one step follows the other. */
export const beganAt = loadStart + 2_000;

/** All of its answers took about `ms`; scale 3, 9 % from bound to bound. */
export function answeredIn(ms: number, count: number): Histogram {
  const offset = Math.ceil(Math.log2(ms) * 8) - 1;
  return { scale: 3, offset, counts: [count], zeroCount: 0, count, sum: ms * count, min: ms, max: ms };
}

/** A run in steps, with k6's figures of each as `scenarios/lib/steps.ts` asks for them. */
export function steppedRun(steps: readonly BuiltStep[], changes: Partial<RunRecord> = {}): ReportedRun {
  const lines = steps.flatMap((step, index) => linesOf(step, index));
  const last = Math.max(...lines.map(({ t }) => t));
  const total = steps.flatMap(({ answers }) => answers).reduce((sum, count) => sum + count, 0);
  const summary = Object.assign(
    { http_reqs: { count: total, rate: total / ((last - beganAt) / 1_000) } },
    ...steps.map(summaryOf),
  );
  const base = couponRun().record;
  const scenario =
    base.scenario === null
      ? null
      : { ...base.scenario, model: 'open' as const, options: { scenarios: scenariosOf(steps) } };
  const judgement = base.judgement === null ? null : { ...base.judgement, thresholds: steps.flatMap(thresholdOf) };
  const load = builtLoad({ endedAt: last + 200, summary });
  return couponRun({ scenario, load, judgement, ...changes }, lines);
}

export const nameOf = (index: number): string => `step_${index + 1}`;

function scenariosOf(steps: readonly BuiltStep[]) {
  return Object.fromEntries(
    steps.map(({ rate }, index) => [
      nameOf(index),
      {
        executor: 'constant-arrival-rate',
        rate,
        timeUnit: '1s',
        duration: `${stepSeconds}s`,
        startTime: `${index * stepSeconds}s`,
        preAllocatedVUs: 10,
        maxVUs: 100,
      },
    ]),
  );
}

function linesOf({ answers, dropped = 0, k6Cores }: BuiltStep, index: number): SeriesLine[] {
  return answers.flatMap((count, second): SeriesLine[] => {
    const from = beganAt + (index * stepSeconds + second) * 1_000;
    const t = from + 1_000;
    const tags = `expected_response:true,name:issue_coupon,scenario:${nameOf(index)},status:201`;
    const counters = {
      [`http_reqs{${tags}}`]: count,
      ...(second === 0 && dropped > 0 ? { [`dropped_iterations{scenario:${nameOf(index)}}`]: dropped } : {}),
    };
    const histograms = { [`http_req_duration{${tags}}`]: answeredIn(10 * (index + 1), count) };
    const cpu = { kind: 'sample', t, probe: 'process', outcome: 'ok', tookMs: 1 } as const;
    return [
      { kind: 'load', t, from, instance: 0, counters, gauges: {}, histograms },
      ...(k6Cores === undefined ? [] : [{ ...cpu, values: { 'process_cpu_cores{process:k6}': k6Cores } }]),
    ];
  });
}

function summaryOf({ answers }: BuiltStep, index: number) {
  const count = answers.reduce((sum, one) => sum + one, 0);
  const name = nameOf(index);
  return {
    [`http_reqs{scenario:${name}}`]: { count, rate: 1 },
    ...(count === 0
      ? {}
      : {
          [`http_req_duration{scenario:${name},expected_response:true}`]: {
            count,
            'p(95)': 10 * (index + 1) + 0.25,
            'p(99)': 10 * (index + 1) + 0.75,
          },
        }),
  };
}

function thresholdOf({ outcome, reason }: BuiltStep, index: number): ThresholdResult[] {
  if (outcome === null) return [];
  return [
    {
      source: 'k6',
      metric: `http_req_duration{name:issue_coupon,scenario:${nameOf(index)}}`,
      expression: 'p(95)<25',
      level: 'fail',
      outcome,
      observed: outcome === 'no-data' ? null : 10 * (index + 1) + 0.25,
      samples: null,
      reason: reason ?? null,
    },
  ];
}
