import { readFileSync } from 'node:fs';
import { assessDrill } from '../../../src/assess/assess-drill.ts';
import type { Alarm, Assessment, Drill } from '../../../src/record/drill.ts';
import { type LevelRules, levelRulesSchema } from '../../../src/record/level-rules.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { type BuiltAnswer, type BuiltSecond, builtScenario, exportLine } from '../analyze/built-seconds.ts';
import { builtLoad, builtRecord, type Curve, loadStart } from '../judge/built-run.ts';
import { latencies, seeded } from '../stats/seeded-samples.ts';

/** The load of built drills: 100 s, 30 of them before the injection. */
const length = 100;
export const injectedAt = loadStart + 30_000;
export const revertedAt = loadStart + 50_000;
export const loadEnd = loadStart + length * 1_000;
export const verifiedAt = loadEnd + 4_000;

const rulesFile = new URL('../../../level-rules.json', import.meta.url);
export const rules: LevelRules = levelRulesSchema.parse(JSON.parse(readFileSync(rulesFile, 'utf8')));

export function builtDrill(changes: Partial<Drill> = {}): Drill {
  return {
    fault: 'row-held',
    failure: 'deadlock',
    mitigation: null,
    mitigates: null,
    batch: null,
    repeat: { number: 1, of: 1 },
    estimate: { level: 'L3', ttd: null, ttr: null },
    phases: [
      { name: 'baseline', startedAt: loadStart, endedAt: injectedAt - 200 },
      { name: 'inject', startedAt: injectedAt - 200, endedAt: injectedAt },
      { name: 'hold', startedAt: injectedAt, endedAt: revertedAt },
      { name: 'recover', startedAt: revertedAt, endedAt: loadEnd },
    ],
    injection: {
      startedAt: injectedAt - 200,
      injectedAt,
      revertedAt,
      revertedBy: 'order',
      maxMs: 60_000,
      facts: {},
      undone: [],
      error: null,
    },
    detection: {
      readyAt: loadStart + 20_000,
      signals: [],
      alarms: [],
      readings: { made: 100, failed: 0 },
      error: null,
    },
    response: null,
    notifications: [],
    placebo: { run: 'placebo', alarms: 0 },
    lateness: null,
    repair: null,
    assessment: null,
    ...changes,
  };
}

export function alarm(second: number, changes: Partial<Alarm> = {}): Alarm {
  return { signal: 'canary', t: loadStart + second * 1_000, rule: 'cusum', value: 13, limit: 12, ...changes };
}

export function withAlarms(...alarms: readonly Alarm[]): Partial<Drill> {
  const { detection } = builtDrill();
  return detection === null ? {} : { detection: { ...detection, alarms: [...alarms] } };
}

export interface BuiltDrillOptions {
  readonly drill?: Partial<Drill>;
  readonly record?: Partial<RunRecord>;
  /** Readings from two seconds before the load to ten behind it. */
  readonly curves?: Readonly<Record<string, Curve>>;
  readonly lines?: readonly SeriesLine[];
}

/** The drill of a load that is the same as `usually` but in the seconds that `second` changes. */
export function assessed(second: (second: number) => BuiltSecond, options: BuiltDrillOptions = {}): Assessment {
  const { drill = {}, record = {}, curves = {}, lines = [] } = options;
  const exports = Array.from({ length }, (_, index) => exportLine(index, second(index)));
  const scenarios = { s: { executor: 'constant-arrival-rate', rate: 100, duration: `${length}s` } };
  return assessDrill({
    record: builtRecord({
      scenario: builtScenario({}, scenarios),
      load: builtLoad({ endedAt: loadEnd }),
      phases: [
        { name: 'load', startedAt: loadStart, endedAt: loadEnd },
        { name: 'drain', startedAt: loadEnd, endedAt: loadEnd + 3_000 },
        { name: 'verify', startedAt: loadEnd + 3_000, endedAt: verifiedAt },
      ],
      drill: builtDrill(drill),
      ...record,
    }),
    series: indexSeries([...exports, ...readings(curves), ...lines]),
    rules,
  });
}

function readings(curves: Readonly<Record<string, Curve>>): SeriesLine[] {
  return Object.entries(curves).flatMap(([key, curve]) =>
    Array.from({ length: length + 12 }, (_, index): SeriesLine => {
      const value = curve(index - 2);
      const taken = { kind: 'sample' as const, t: loadStart + (index - 2) * 1_000, probe: key, tookMs: 1 };
      if (value === null) return { ...taken, outcome: 'failed', error: 'gone' };
      return { ...taken, outcome: 'ok', values: value === undefined ? {} : { [key]: value } };
    }),
  );
}

/** A second of 100 answers at about 5 ms; the same for the same second and seed. */
export function usually(second: number, { seed = 1, rate = 100, ms = 5, spread = 0.3 } = {}): BuiltAnswer[] {
  const random = seeded(seed * 1_000 + second);
  return latencies(random, rate, ms, spread).map((time) => ({ ms: time }));
}

export function failing(count: number): BuiltAnswer[] {
  return Array.from({ length: count }, () => ({ ms: 5, status: 503 }));
}

/** `usually`, and from one second to the one before another as `broken` says. */
export function broken(
  from: number,
  to: number,
  broken: (second: number) => BuiltSecond,
): (second: number) => BuiltSecond {
  return (second) => (second >= from && second < to ? broken(second) : { answers: usually(second) });
}
