import { eventLoopTimerMs } from '../record/metric-catalog.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import type { Load } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { unwatched, valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * Event loop of each Node.js process of the service, as prom-client tells it.
 *
 * - `saturated`: busy without a pause, with a processor of its own.
 * - `starved`: it had work, but waited for a processor longer than it ran. Utilization counts that as busy, too.
 * - `blocked`: late although it neither ran nor waited all the time: one long piece of work, or a synchronous call.
 * - `busy`: without a pause or late, and what was watched does not tell these apart.
 *
 * Bounds: with 100 users and think time utilization was 0.14–0.27 and the delay (p99) 1–11 ms, on two cores that
 * strangers filled 0.1–0.8 and up to 60 ms; at its ceiling the utilization was 1 at 0.79 cores and more. What lasted
 * counts: medians over ten seconds.
 */
const busyShare = 0.9;
const ownCores = 0.7;
const lateMs = 100;
const frozenMs = 200;
const leastFrozenSeconds = 3;
const frozenSecondsShare = 0.1;

const id = 'event-loop';
const utilizationName = 'nodejs_eventloop_utilization_ratio';

export const eventLoop = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const loops = processes(series).map((process) => readLoop(series, process, load));
    const busiest = [...loops].sort((a, b) => rank(b) - rank(a));
    const symptoms = busiest.flatMap((loop) => symptomOf(loop) ?? []);
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const evidence = loops.flatMap((loop) => evidenceOf(loop));
    const lack = commonLack(loops.flatMap(({ utilization, delay }) => commonLack([utilization.lack, delay.lack])));
    const [first] = busiest;
    if (lack !== null || first === undefined) return insufficient(id, lack ?? 'not-watched', evidence);
    const worst = worstSeconds(first.utilization);
    if (worst === null) {
      const delayMs = worstSeconds(first.delay)?.value ?? 0;
      return ok(id, evidence, { rule: 'ok-delay', process: first.process, delayMs });
    }
    return ok(id, evidence, { process: first.process, busyShare: worst.value });
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface Loop {
  readonly process: string;
  readonly utilization: Watch;
  /** p99 of each second, milliseconds beyond the timer's own. */
  readonly delay: Watch;
  /** Longest of each second, in the same way. */
  readonly longest: Watch;
  readonly cpu: Watch;
  readonly wait: Watch;
}

function processes(series: Series): string[] {
  const keys = [...series.points.keys()].filter((key) => key.startsWith('nodejs_eventloop_'));
  return [...new Set(keys.map((key) => parseMetricKey(key).tags.process ?? ''))].filter((name) => name !== '').sort();
}

function readLoop(series: Series, process: string, load: Load): Loop {
  const one = (name: string, factor = 1): Watch => {
    const [key] = keysOf(series, name, { process });
    return key === undefined ? unwatched(name, load) : watch(series, key, load, factor);
  };
  return {
    process,
    utilization: one(utilizationName),
    delay: beyondTimer(one('nodejs_eventloop_lag_p99_seconds', 1_000)),
    longest: beyondTimer(one('nodejs_eventloop_lag_max_seconds', 1_000)),
    cpu: one('process_cpu_cores'),
    wait: one('process_cpu_wait_cores'),
  };
}

function beyondTimer(watched: Watch): Watch {
  const later = ({ t, value }: Point) => ({ t, value: Math.max(0, value - eventLoopTimerMs) });
  return { ...watched, points: watched.points.map(later) };
}

function rank({ utilization, delay }: Loop): number {
  return worstSeconds(utilization)?.value ?? (worstSeconds(delay)?.value ?? 0) / 1_000;
}

function symptomOf(loop: Loop): Symptom | null {
  if (loop.utilization.lack === 'too-short' || loop.delay.lack === 'too-short') return null;
  const busy = worstSeconds(loop.utilization);
  const late = worstSeconds(loop.delay);
  const span = busy !== null && busy.value >= busyShare ? busy : late !== null && late.value >= lateMs ? late : null;
  if (span !== null) {
    const cpu = medianIn(loop.cpu, span.from, span.to);
    const wait = medianIn(loop.wait, span.from, span.to);
    const isBusy = span === busy;
    const rule = ruleOf(cpu, wait, isBusy, loop.delay.points.length > 0);
    return symptom(loop, rule, cpu, wait, span.from, span.to);
  }
  const { points, from, to } = loop.longest;
  const frozen = points.filter(({ value }) => value >= frozenMs).length;
  if (frozen < Math.max(leastFrozenSeconds, frozenSecondsShare * points.length)) return null;
  const cpu = medianIn(loop.cpu, from, to);
  const wait = medianIn(loop.wait, from, to);
  return symptom(loop, ruleOf(cpu, wait, false, true), cpu, wait, from, to);
}

function ruleOf(cpu: number | null, wait: number | null, isBusy: boolean, hasDelay: boolean): string {
  if (isBusy && cpu !== null && cpu >= ownCores) return 'saturated';
  if (cpu !== null && wait !== null && wait >= cpu) return 'starved';
  return cpu === null || !hasDelay ? 'busy' : 'blocked';
}

function symptom(loop: Loop, rule: string, cpu: number | null, wait: number | null, from: number, to: number): Symptom {
  return {
    rule,
    confidence: rule === 'saturated' ? 'high' : 'medium',
    evidence: evidenceOf(loop, from, to),
    detail: {
      process: loop.process,
      ...named('busyShare', medianIn(loop.utilization, from, to)),
      ...named('delayMs', medianIn(loop.delay, from, to)),
      ...named('longestMs', highest(valuesIn(loop.longest, from, to)) ?? highest(valuesIn(loop.delay, from, to))),
      ...named('cpuCores', cpu),
      ...named('waitCores', wait),
    },
    ...(rule === 'saturated' && wait !== null
      ? { ruledOut: [{ id: 'event-loop-starved', values: { process: loop.process, waitCores: wait } }] }
      : {}),
    ...(rule === 'blocked' || rule === 'busy' ? { surer: [{ id: 'event-loop-profile', values: {} }] } : {}),
    ...(rule === 'starved' ? { surer: [{ id: 'event-loop-quiet-host', values: {} }] } : {}),
  };
}

function named(name: string, value: number | null): Record<string, number> {
  return value === null ? {} : { [name]: value };
}

function evidenceOf(loop: Loop, from = loop.utilization.from, to = loop.utilization.to): Evidence[] {
  const median = (watched: Watch, unit: string, bound: number | null): Evidence[] => {
    const value = medianIn(watched, from, to);
    const comparedWith = bound === null ? null : { value: bound, what: 'server-bound' };
    return value === null ? [] : [{ metric: watched.key, from, to, value, unit, comparedWith }];
  };
  return [
    ...median(loop.utilization, 'share', busyShare),
    ...median(loop.delay, 'ms', lateMs),
    ...median(loop.cpu, 'cores', null),
    ...median(loop.wait, 'cores', null),
  ];
}

function medianIn(watched: Watch, from: number, to: number): number | null {
  return quantile(valuesIn(watched, from, to), 0.5);
}

function highest(values: readonly number[]): number | null {
  return quantile(values, 1);
}
