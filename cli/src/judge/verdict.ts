import { analyze } from '../analyze/registry.ts';
import type { Level } from '../record/drill.ts';
import { agree, iterationCount } from '../record/iteration-count.ts';
import type { Finding, Judgement, Load, RunRecord, ThresholdResult, Verdict } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { exitCode, isScriptFailure, worstExitCode } from '../system/exit-code.ts';
import { drillGrounds, withoutEffects } from './drill-ground.ts';
import { evaluateGate } from './gate.ts';
import type { Gate } from './gate-expression.ts';
import type { Ground } from './ground.ts';
import { k6ThresholdResults } from './k6-threshold.ts';
import { loadGrounds } from './load-ground.ts';
import { reason } from './reason.ts';
import { seriesGrounds } from './series-ground.ts';
import { seriesThresholdResults } from './series-threshold.ts';
import { markStoppedEarly } from './stopped-early.ts';
import { restartedStores } from './store-restart.ts';
import { isLeftToK6, leftToK6, verdictOfK6 } from './strictness.ts';
import { judgedWindow } from './window.ts';

export interface JudgedRun {
  readonly record: RunRecord;
  readonly series: Series;
  readonly gates: readonly Gate[];
  /** The worst level that a drill may have; absent: any. */
  readonly maxLevel?: Level | null;
}

/** Judges a run from its record and series alone. The worst ground decides; every ground is kept as a reason. */
export function judge({ record, series, gates, maxLevel = null }: JudgedRun): Judgement {
  const window = judgedWindow(record);
  const { load } = record;
  const thresholds =
    load === null || window === null
      ? []
      : [
          ...markStoppedEarly(scriptThresholds(load, series, { asK6Says: isLeftToK6(record) }), record),
          ...gates.map((gate) => evaluateGate(gate, series, window)),
        ];
  const findings = load === null ? [] : analyze({ ...record, load, series });
  const all = [
    ...endedEarly(record),
    ...loadGrounds(record, series),
    ...seriesGrounds(record, series),
    ...uncountedGrounds(record, series),
    ...invariantGrounds(record),
    ...thresholds.flatMap(thresholdGrounds),
    ...findings.flatMap(findingGrounds),
    ...deadParts(series, record),
    ...restarts(series, record),
    ...silence(record, thresholds),
  ];
  return { thresholds, findings, verdict: verdictOf(record, all, maxLevel) };
}

function verdictOf(record: RunRecord, all: readonly Ground[], maxLevel: Level | null): Verdict {
  const { drill } = record;
  if (drill === null) return isLeftToK6(record) ? foreignVerdict(all, record) : toVerdict(all);
  const grounds = withoutEffects(all);
  // What did not come to its end was not carried out.
  return toVerdict(grounds.some(({ by }) => by === 'run') ? grounds : [...grounds, ...drillGrounds(drill, maxLevel)]);
}

/** By k6; or in its place, where it kept no samples to judge them by. */
function scriptThresholds(load: Load, series: Series, strictness: { readonly asK6Says: boolean }): ThresholdResult[] {
  const results = load.withoutSummary ? seriesThresholdResults : k6ThresholdResults;
  return results(load, series, strictness);
}

/** k6's own code wherever it has come to one. */
function foreignVerdict(all: readonly Ground[], { load }: RunRecord): Verdict {
  const grounds = leftToK6(all);
  const code = load?.crash == null ? (load?.exitCode ?? null) : null;
  const cameToItsEnd = grounds.every(({ by }) => by !== 'run');
  // Without thresholds its 0 says only that the script did not fail.
  const isWordOfK6 = code !== null && !(load?.withoutSummary === true && code === exitCode.ok);
  return { ...toVerdict(grounds), ...(isWordOfK6 && cameToItsEnd ? verdictOfK6(code) : {}) };
}

function endedEarly({ status, errors, load }: RunRecord): Ground[] {
  if (status === 'interrupted') {
    return [{ code: exitCode.interrupted, by: 'run', reason: reason('interrupted', {}) }];
  }
  // The run goes on without a series or a record that can be written, so that such an error never ended it.
  const last = errors.findLast(({ code }) => code !== 'series-incomplete' && code !== 'record-unwritable');
  if (status !== 'failed' || last === undefined) return [];
  const { code, message } = last;
  if (code === 'internal') {
    return [{ code: exitCode.internal, by: 'run', reason: reason('internal-error', { message }) }];
  }
  const cut = load?.cutBy ?? null;
  if (cut !== null) return [{ code: cut.exitCode, by: 'loadkit', reason: reason('drill-ended', { code, message }) }];
  if (load !== null && isScriptFailure(load.exitCode ?? 0)) return [];
  // What failed behind the load is no word on the load.
  const by = load === null ? 'run' : 'loadkit';
  return [{ code: exitCode.unreachable, by, reason: reason('not-started', { code, message }) }];
}

/** Where k6 made no summary, everything rests on a series that only its count of iterations can vouch for. */
function uncountedGrounds({ load }: RunRecord, series: Series): Ground[] {
  if (load === null || !load.withoutSummary) return [];
  const by = 'k6';
  const code = exitCode.inconclusive;
  const count = iterationCount(load, series.load);
  const { rejectedExports } = load.reconciliation;
  return [
    ...(count === null || agree(count, load)
      ? []
      : [{ code, by, reason: reason('iterations-differ', { ...count }) } as const]),
    ...(rejectedExports === 0
      ? []
      : [{ code, by, reason: reason('exports-rejected', { count: rejectedExports }) } as const]),
  ];
}

/** Nobody asked anything: no pass of anything, and no failure either. */
function silence({ status, load, invariants }: RunRecord, thresholds: readonly ThresholdResult[]): Ground[] {
  const isSilent = status === 'complete' && load !== null && invariants.length === 0 && thresholds.length === 0;
  return isSilent ? [{ code: null, by: 'loadkit', reason: reason('nothing-judged', {}) }] : [];
}

function invariantGrounds({ invariants }: RunRecord): Ground[] {
  return invariants.flatMap((invariant): Ground[] => {
    const { id, outcome, violations, reason: why } = invariant;
    if (outcome === 'violated') {
      const values = { invariant: id, violations: violations ?? 'unknown' };
      return [{ code: exitCode.incorrect, by: 'loadkit', reason: reason('invariant-violated', values) }];
    }
    if (outcome === 'undetermined') {
      const values = { invariant: id, why: why ?? 'unknown' };
      return [{ code: exitCode.inconclusive, by: 'loadkit', reason: reason('invariant-undetermined', values) }];
    }
    return [];
  });
}

function thresholdGrounds({
  source,
  metric,
  expression,
  level,
  outcome,
  observed,
  reason: why,
}: ThresholdResult): Ground[] {
  // The threshold that stopped the load is the ground.
  if (why === 'stopped-early') return [];
  const named = { source, metric, expression };
  if (outcome === 'no-data') {
    const ground = reason('threshold-no-data', { ...named, why: why ?? 'unknown' });
    // In k6's place: it would have come to a result.
    const by = source === 'series' ? 'k6' : 'loadkit';
    return [{ code: level === 'warn' ? null : exitCode.inconclusive, by, reason: ground }];
  }
  const thin: Ground[] = isThin(why)
    ? [{ code: null, by: 'loadkit', reason: reason('threshold-thin', { ...named, why: why ?? 'unknown' }) }]
    : [];
  if (outcome === 'held') return thin;
  if (level === 'fail') {
    const values = { ...named, observed: observed ?? 'unknown' };
    return [
      {
        code: exitCode.threshold,
        by: source === 'loadkit' ? source : 'k6',
        reason: reason('threshold-broken', values),
      },
      ...thin,
    ];
  }
  const values = { ...named, observed: observed ?? 'unknown' };
  return [{ code: null, by: 'loadkit', reason: reason('threshold-warned', values) }];
}

/** k6's own result, which stands, but rests on too little. */
function isThin(why: string | null): boolean {
  return why === 'no-sample' || why === 'too-few-samples';
}

/** Whether the measurement was sound is part of the verdict; a diagnosis, right or failed, never is. */
const decisive: readonly string[] = ['generator', 'measurement', 'probe-gap'];

function findingGrounds({ id, outcome, detail }: Finding): Ground[] {
  if (outcome === 'error' && decisive.includes(id)) {
    const values = { analyzer: id, message: detail.message ?? 'unknown' };
    return [{ code: exitCode.inconclusive, by: 'loadkit', reason: reason('analysis-failed', values) }];
  }
  if (id === 'generator') return generatorGrounds(outcome, detail);
  if (id !== 'probe-gap' || outcome !== 'problem') return [];
  return Object.entries(detail).map(([probe, seconds]) => ({
    code: exitCode.inconclusive,
    by: 'loadkit',
    reason: reason('probe-gap', { probe, seconds }),
  }));
}

function generatorGrounds(outcome: Finding['outcome'], { rule, step }: Finding['detail']): Ground[] {
  const code = exitCode.inconclusive;
  if (outcome === 'problem') {
    const values = { rule: rule ?? 'unknown' };
    const why =
      step === undefined ? reason('generator-limit', values) : reason('generator-limit-step', { ...values, step });
    return [{ code, by: 'loadkit', reason: why, invalid: true }];
  }
  return rule === 'not-watched' ? [{ code, by: 'loadkit', reason: reason('generator-unwatched', {}) }] : [];
}

/** A part that died in the load or the drain: the figures are then of two states mixed. */
function deadParts({ events }: Series, record: RunRecord): Ground[] {
  const { load } = record;
  if (load === null) return [];
  return events
    .filter(({ name, t }) => name === 'process-exited' && t >= load.startedAt && t < stopOf(record))
    .map(({ subject, detail }) => ({
      code: exitCode.inconclusive,
      by: 'loadkit',
      reason: reason('part-died', { process: subject, detail: detail ?? '' }),
    }));
}

/** The same of a store that nobody of ours watches over, and that was back at once. */
function restarts(series: Series, record: RunRecord): Ground[] {
  const { load } = record;
  if (load === null) return [];
  return restartedStores(series, load.startedAt, stopOf(record)).map((store) => ({
    code: exitCode.inconclusive,
    by: 'loadkit',
    reason: reason('store-restarted', { store }),
  }));
}

function stopOf({ phases }: RunRecord): number {
  return phases.find(({ name }) => name === 'stop')?.startedAt ?? Number.POSITIVE_INFINITY;
}

function toVerdict(grounds: readonly Ground[]): Verdict {
  const code = worstExitCode(grounds.flatMap(({ code: one }) => (one === null ? [] : [one])));
  const invalid = grounds.some((ground) => ground.invalid === true);
  return { name: verdictName(code, invalid), exitCode: code, reasons: sortWorstFirst(grounds).map((g) => g.reason) };
}

function verdictName(code: number, invalid: boolean): Verdict['name'] {
  switch (code) {
    case exitCode.ok:
      return 'PASS';
    case exitCode.internal:
      return 'INTERNAL_ERROR';
    case exitCode.interrupted:
      return 'INTERRUPTED';
    case exitCode.unreachable:
      return 'UNREACHABLE';
    case exitCode.incorrect:
      return 'INCORRECT';
    case exitCode.inconclusive:
      return invalid ? 'INVALID' : 'INCONCLUSIVE';
    case exitCode.threshold:
      return 'FAIL';
    default:
      return 'SCRIPT_FAILURE';
  }
}

function sortWorstFirst(grounds: readonly Ground[]): Ground[] {
  const weight = ({ code }: Ground) => code ?? exitCode.ok;
  return [...grounds].sort((a, b) =>
    weight(a) === weight(b) ? 0 : worstExitCode([weight(a), weight(b)]) === weight(a) ? -1 : 1,
  );
}
