import { metricKey } from '../../../src/record/metric-key.ts';
import type { Scenario } from '../../../src/record/run-record.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { indexSeries, type Series } from '../../../src/record/series-index.ts';
import { builtSeries, type Curve, loadStart } from '../judge/built-run.ts';
import { couponRun } from '../report/built-report.ts';
import { histogramOf, latencies, seeded } from '../stats/seeded-samples.ts';

export interface BuiltAnswer {
  readonly ms: number;
  readonly name?: string;
  /** 0: none came. */
  readonly status?: number;
  readonly errorCode?: string;
}

export interface BuiltSecond {
  readonly answers: readonly BuiltAnswer[];
  readonly dropped?: number;
  readonly vus?: number;
}

/** k6's exports come at this point of a second, not at its beginning. */
const phaseMs = 617;

/** Beginning of the export with that number. The first is a stump. */
export function exportBegin(second: number): number {
  return second === 0 ? loadStart + 190 : loadStart + phaseMs + (second - 1) * 1_000;
}

export function exportLine(second: number, { answers, dropped = 0, vus = 100 }: BuiltSecond, instance = 0): LoadLine {
  const counters: Record<string, number> = dropped > 0 ? { 'dropped_iterations{scenario:s}': dropped } : {};
  const histograms: LoadLine['histograms'] = {};
  for (const [tags, group] of groupBy(answers)) {
    counters[`http_reqs${tags}`] = group.length;
    histograms[`http_req_duration${tags}`] = histogramOf(
      group.map(({ ms }) => ms),
      5,
    );
  }
  const [from, t] = [exportBegin(second), exportBegin(second + 1)];
  return { kind: 'load', t, from, instance, counters, gauges: { vus }, histograms };
}

function groupBy(answers: readonly BuiltAnswer[]): Map<string, BuiltAnswer[]> {
  const groups = new Map<string, BuiltAnswer[]>();
  for (const answer of answers) {
    const { name = 'issue_coupon', status = 201, errorCode } = answer;
    const tags = {
      expected_response: String(status > 0 && status < 500 && status !== 404),
      name,
      status: String(status),
      ...(errorCode === undefined ? {} : { error_code: errorCode }),
    };
    const key = metricKey('', tags);
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  return groups;
}

/** The exports of a load, a second each, with whatever probes read. */
export function builtLoadSeries(
  second: (second: number) => BuiltSecond,
  { length = 60, curves = {} }: { length?: number; curves?: Readonly<Record<string, Curve>> } = {},
): Series {
  const lines = Array.from({ length }, (_, index) => exportLine(index, second(index)));
  return { ...builtSeries(curves), load: indexSeries(lines).load };
}

/** Answers of a second with the jitter of exports (± 5 %) and log-normal times; the same for the same second. */
export function usual(second: number, rate = 100, medianMs = 5): BuiltAnswer[] {
  const random = seeded(second + 1);
  const count = Math.round(rate * (0.95 + 0.1 * random()));
  return latencies(random, count, medianMs, 0.3).map((ms) => ({ ms }));
}

/** The scenario of a coupon run with other k6 options. */
export function builtScenario(changes: Partial<Scenario> = {}, scenarios: Record<string, unknown> = {}): Scenario {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('a scenario');
  return { ...scenario, options: { scenarios }, ...changes };
}
