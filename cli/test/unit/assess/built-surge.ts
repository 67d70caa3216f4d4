import { metricKey } from '../../../src/record/metric-key.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { builtScenario } from '../analyze/built-seconds.ts';
import { loadStart } from '../judge/built-run.ts';
import { histogramOf, latencies, seeded } from '../stats/seeded-samples.ts';

/** A load of 50 s or so: 20 s as usual, a surge, 20 s as usual again. */
export interface BuiltSurge {
  /** Arrivals a second. */
  readonly rate: number;
  readonly factor: number;
  readonly surgeMs: number;
  /** When k6 began after `loadStart`: its exports come at whole seconds of it. Milliseconds. */
  readonly beganMs?: number;
  readonly seed?: number;
  /** What becomes of a request that arrived so many milliseconds after the surge began; the status 0: never answered. */
  readonly answer?: (sinceSurgeMs: number, ms: number, nth: number) => { readonly ms: number; readonly status: number };
}

export const usualMs = 20_000;

/** Epoch milliseconds. */
export function surgeBegin({ beganMs = 0 }: Pick<BuiltSurge, 'beganMs'>): number {
  return loadStart + beganMs + usualMs;
}

export function surgeScenario({ rate, factor, surgeMs }: BuiltSurge) {
  const step = (from: number, length: number, perSecond: number) => ({
    executor: 'constant-arrival-rate',
    rate: perSecond,
    timeUnit: '1s',
    startTime: `${from}ms`,
    duration: `${length}ms`,
    preAllocatedVUs: 20,
    maxVUs: 200,
  });
  return builtScenario(
    {},
    {
      before: step(0, usualMs, rate),
      spike: step(usualMs, surgeMs, rate * factor),
      after: step(usualMs + surgeMs, usualMs, rate),
    },
  );
}

interface Answered {
  readonly at: number;
  readonly ms: number;
  readonly status: number;
}

/** k6's exports: each answer in the second in which it came, milliseconds of time in which it was under way included. */
export function surgeLines(surge: BuiltSurge): LoadLine[] {
  const { beganMs = 0, surgeMs } = surge;
  const answers = answersOf(surge);
  const count = Math.ceil((beganMs + 2 * usualMs + surgeMs) / 1_000);
  return Array.from({ length: count }, (_, second) => {
    const [from, t] = [loadStart + second * 1_000, loadStart + (second + 1) * 1_000];
    return exportOf(
      from,
      t,
      answers.filter(({ at }) => at >= from && at < t),
    );
  });
}

function answersOf(surge: BuiltSurge): Answered[] {
  const { rate, factor, surgeMs, seed = 1, answer } = surge;
  const begin = surgeBegin(surge);
  const arrivals = [
    ...evenly(begin - usualMs, usualMs, rate),
    ...evenly(begin, surgeMs, rate * factor),
    ...evenly(begin + surgeMs, usualMs, rate),
  ];
  const times = latencies(seeded(seed), arrivals.length, 5, 0.4);
  return arrivals.map((arrived, index) => {
    const usual = { ms: times[index] ?? 5, status: 201 };
    const { ms, status } = answer?.(arrived - begin, usual.ms, index) ?? usual;
    return { at: status === 0 ? Number.POSITIVE_INFINITY : arrived + ms, ms, status };
  });
}

function evenly(from: number, lengthMs: number, perSecond: number): number[] {
  const count = Math.round((lengthMs / 1_000) * perSecond);
  return Array.from({ length: count }, (_, index) => from + (index * 1_000) / perSecond);
}

function exportOf(from: number, t: number, answers: readonly Answered[]): LoadLine {
  const counters: Record<string, number> = answers.length === 0 ? {} : { iterations: answers.length };
  const histograms: LoadLine['histograms'] = {};
  for (const status of new Set(answers.map((one) => one.status))) {
    const own = answers.filter((one) => one.status === status);
    const tags = metricKey('', {
      expected_response: String(status < 500),
      name: 'issue_coupon',
      status: String(status),
    });
    counters[`http_reqs${tags}`] = own.length;
    histograms[`http_req_duration${tags}`] = histogramOf(
      own.map(({ ms }) => ms),
      5,
    );
  }
  return { kind: 'load', from, t, instance: 0, counters, gauges: { vus: 20 }, histograms };
}
