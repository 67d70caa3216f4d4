import { analyze } from '../analyze/registry.ts';
import type { Finding, Judgement, Reason, RunRecord, ThresholdResult, Verdict } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { exitCode, isScriptFailure, worstExitCode } from '../system/exit-code.ts';
import { evaluateGate } from './gate.ts';
import type { Gate } from './gate-expression.ts';
import { k6ThresholdResults } from './k6-threshold.ts';
import { reason } from './reason.ts';
import { judgedWindow } from './window.ts';

export interface JudgedRun {
  readonly record: RunRecord;
  readonly series: Series;
  readonly gates: readonly Gate[];
}

// k6's own number for a failure that it does not know.
const k6UnknownFailure = 255;

/** One ground for an exit code; `null` names something worth saying that changes nothing. */
interface Ground {
  readonly code: number | null;
  readonly reason: Reason;
  /** The generator's fault rather than missing data. */
  readonly invalid?: boolean;
}

/** Judges a run from its record and series alone. The worst ground decides; every ground is kept as a reason. */
export function judge({ record, series, gates }: JudgedRun): Judgement {
  const window = judgedWindow(record);
  const { load } = record;
  const thresholds =
    load === null || window === null
      ? []
      : [...k6ThresholdResults(load), ...gates.map((gate) => evaluateGate(gate, series, window))];
  const findings = load === null ? [] : analyze({ load, host: record.host, parts: record.parts, series });
  const grounds = [
    ...endedEarly(record),
    ...loadGrounds(record),
    ...seriesGrounds(record, gates),
    ...invariantGrounds(record),
    ...thresholds.flatMap(thresholdGrounds),
    ...findings.flatMap(findingGrounds),
    ...deadParts(series, record),
    ...silence(record, thresholds),
  ];
  return { thresholds, findings, verdict: toVerdict(grounds) };
}

function endedEarly({ status, errors, load }: RunRecord): Ground[] {
  if (status === 'interrupted') return [{ code: exitCode.interrupted, reason: reason('interrupted', {}) }];
  // The run goes on without a series or a record that can be written, so that such an error never ended it.
  const last = errors.findLast(({ code }) => code !== 'series-incomplete' && code !== 'record-unwritable');
  if (status !== 'failed' || last === undefined) return [];
  const { code, message } = last;
  if (code === 'internal') return [{ code: exitCode.internal, reason: reason('internal-error', { message }) }];
  if (load !== null && isScriptFailure(load.exitCode ?? 0)) return [];
  return [{ code: exitCode.unreachable, reason: reason('not-started', { code, message }) }];
}

function loadGrounds({ load, status, drain }: RunRecord): Ground[] {
  if (load === null || status === 'interrupted') return [];
  const grounds = k6Grounds(load);
  if (load.reconciliation.seriesRequests === 0 && (load.reconciliation.summaryRequests ?? 0) === 0) {
    grounds.push({ code: exitCode.inconclusive, reason: reason('no-requests', {}) });
  }
  if (drain !== null && !drain.drained) {
    grounds.push({ code: exitCode.inconclusive, reason: reason('not-drained', { waitedMs: drain.tookMs }) });
  }
  return grounds;
}

function k6Grounds({ exitCode: code, thresholds }: NonNullable<RunRecord['load']>): Ground[] {
  if (code === null) return [{ code: exitCode.inconclusive, reason: reason('k6-killed', {}), invalid: true }];
  if (code === exitCode.ok) return [];
  if (code === exitCode.threshold) {
    const isKnown = thresholds.some(({ held }) => held === false);
    return isKnown ? [] : [{ code, reason: reason('k6-threshold-unknown', {}) }];
  }
  // Any other number is not k6's own choice: 2 is a fatal error of its Go runtime, such as no memory.
  return [
    { code: isScriptFailure(code) ? code : k6UnknownFailure, reason: reason('script-failed', { exitCode: code }) },
  ];
}

/** The invariants and the gates rest on the series; k6's own thresholds and figures do not. */
function seriesGrounds({ errors, load, invariants }: RunRecord, gates: readonly Gate[]): Ground[] {
  const cut = errors.find(({ code }) => code === 'series-incomplete');
  if (cut !== undefined) {
    return [{ code: exitCode.inconclusive, reason: reason('series-incomplete', { message: cut.message }) }];
  }
  const difference = load?.reconciliation.difference ?? 0;
  if (difference === 0) return [];
  const matters = invariants.length > 0 || gates.length > 0;
  return [{ code: matters ? exitCode.inconclusive : null, reason: reason('series-differs', { difference }) }];
}

/** Nobody asked anything: no pass of anything, and no failure either. */
function silence({ status, load, invariants }: RunRecord, thresholds: readonly ThresholdResult[]): Ground[] {
  const isSilent = status === 'complete' && load !== null && invariants.length === 0 && thresholds.length === 0;
  return isSilent ? [{ code: null, reason: reason('nothing-judged', {}) }] : [];
}

function invariantGrounds({ invariants }: RunRecord): Ground[] {
  return invariants.flatMap((invariant): Ground[] => {
    const { id, outcome, violations, reason: why } = invariant;
    if (outcome === 'violated') {
      const values = { invariant: id, violations: violations ?? 'unknown' };
      return [{ code: exitCode.incorrect, reason: reason('invariant-violated', values) }];
    }
    if (outcome === 'undetermined') {
      const values = { invariant: id, why: why ?? 'unknown' };
      return [{ code: exitCode.inconclusive, reason: reason('invariant-undetermined', values) }];
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
  if (outcome === 'held') return [];
  const named = { source, metric, expression };
  if (outcome === 'no-data') {
    const ground = reason('threshold-no-data', { ...named, why: why ?? 'unknown' });
    return [{ code: level === 'warn' ? null : exitCode.inconclusive, reason: ground }];
  }
  const values = { ...named, observed: observed ?? 'unknown' };
  return level === 'warn'
    ? [{ code: null, reason: reason('threshold-warned', values) }]
    : [{ code: exitCode.threshold, reason: reason('threshold-broken', values) }];
}

function findingGrounds({ id, outcome, detail }: Finding): Ground[] {
  if (outcome === 'error') {
    const values = { analyzer: id, message: detail.message ?? 'unknown' };
    return [{ code: exitCode.inconclusive, reason: reason('analysis-failed', values) }];
  }
  if (id === 'generator') return generatorGrounds(outcome, detail);
  if (id !== 'probe-gap' || outcome !== 'problem') return [];
  return Object.entries(detail).map(([probe, seconds]) => ({
    code: exitCode.inconclusive,
    reason: reason('probe-gap', { probe, seconds }),
  }));
}

function generatorGrounds(outcome: Finding['outcome'], { rule }: Finding['detail']): Ground[] {
  const code = exitCode.inconclusive;
  if (outcome === 'problem') {
    return [{ code, reason: reason('generator-limit', { rule: rule ?? 'unknown' }), invalid: true }];
  }
  return rule === 'not-watched' ? [{ code, reason: reason('generator-unwatched', {}) }] : [];
}

/** A part that died in the load or the drain: the figures are then of two states mixed. */
function deadParts({ events }: Series, { load, phases }: RunRecord): Ground[] {
  if (load === null) return [];
  const stop = phases.find(({ name }) => name === 'stop')?.startedAt ?? Number.POSITIVE_INFINITY;
  return events
    .filter(({ name, t }) => name === 'process-exited' && t >= load.startedAt && t < stop)
    .map(({ subject, detail }) => ({
      code: exitCode.inconclusive,
      reason: reason('part-died', { process: subject, detail: detail ?? '' }),
    }));
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
