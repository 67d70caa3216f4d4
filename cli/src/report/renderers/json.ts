import { failureIds } from '../../record/drill.ts';
import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import { worstExitCode } from '../../system/exit-code.ts';
import { isSecretName } from '../../system/secret.ts';
import { type ApiFigures, apiFigures, type ReportedRun } from '../api-figures.ts';
import { worstVariant } from '../drill/drill-variant.ts';
import { assessmentPointer, type DrilledRun, drilledRuns } from '../drill/drilled-run.ts';
import { droppedIterations } from '../dropped-iterations.ts';
import { iterationSplit } from '../iteration-split.ts';
import { iterationTime } from '../iteration-time.ts';
import type { Latency } from '../latency.ts';
import { plainText } from '../plain-text.ts';
import {
  type ReportJson,
  type ReportJsonFailure,
  type ReportJsonRun,
  reportJsonSchema,
  reportJsonVersion,
} from '../report-json.ts';
import type { Renderer } from './renderer.ts';

/** For programs: identifiers and raw figures, the same in every language. */
export const json = {
  format: 'json',
  render: (_view, _templatesFolder, { runs }) => `${JSON.stringify(clean(reportJson(runs)), null, 2)}\n`,
} satisfies Renderer;

export function reportJson(runs: readonly ReportedRun[]): ReportJson {
  const codes = runs.map(({ record }) => record.judgement?.verdict.exitCode ?? null);
  const known = codes.filter((code) => code !== null);
  return {
    schema: 'loadkit.report',
    version: reportJsonVersion,
    exitCode: known.length < codes.length ? null : worstExitCode(known),
    runs: runs.map(runJson),
    failures: failuresJson(drilledRuns(runs)),
  };
}

function failuresJson(drills: readonly DrilledRun[]): ReportJsonFailure[] {
  if (drills.length === 0) return [];
  return failureIds.map((id) => {
    const worst = worstVariant(drills, id)?.worst;
    return {
      id,
      drillCount: drills.filter(({ drill }) => drill.failure === id).length,
      worst:
        worst === undefined
          ? null
          : {
              run: worst.run.record.id,
              fault: worst.drill.fault,
              mitigation: worst.drill.mitigation,
              assessmentPointer: assessmentPointer(worst),
            },
    };
  });
}

function runJson(run: ReportedRun): ReportJsonRun {
  const { record } = run;
  const { load, scenario, judgement } = record;
  return {
    id: record.id,
    status: record.status,
    loadkit: record.loadkit,
    command: record.command,
    startedAtEpochMs: record.startedAt,
    endedAtEpochMs: record.endedAt,
    timeZone: record.timeZone,
    verdict: judgement?.verdict ?? null,
    scenario: scenario === null ? null : scenarioJson(scenario),
    environment: {
      host: record.host,
      git: record.git,
      stack: record.stack?.provider ?? null,
      set: record.set,
      fixture: record.fixture,
      parts: record.parts,
      allowedHosts: record.allowedHosts,
    },
    load:
      load === null
        ? null
        : {
            k6ExitCode: load.exitCode,
            startedAtEpochMs: load.startedAt,
            endedAtEpochMs: load.endedAt,
            seriesRequestCount: load.reconciliation.seriesRequests,
            k6RequestCount: load.reconciliation.summaryRequests,
            k6SummaryOff: load.withoutSummary,
          },
    apis: apiFigures(run).map(apiJson),
    iterations: load === null ? null : iterationsJson(run),
    thresholds: judgement?.thresholds ?? [],
    invariants: record.invariants.map((one) => ({ ...one, nothingToCheck: hadNothingToCheck(one) })),
    drain: record.drain,
    drill: record.drill,
    findings: judgement?.findings ?? [],
    notices: record.notices,
    probeNotes: record.probeNotes,
    errors: record.errors,
    missing: missingFrom(run),
  };
}

function scenarioJson(scenario: NonNullable<ReportedRun['record']['scenario']>): ReportJsonRun['scenario'] {
  const { name, file, sha256, profile, seed, model, shape, plannedMs, maxVus, foreign, strict, flags, parameters } =
    scenario;
  return { name, file, sha256, profile, seed, model, shape, plannedMs, maxVus, foreign, strict, flags, parameters };
}

function apiJson(api: ApiFigures): ReportJsonRun['apis'][number] {
  const { kind, name, label, names, requests, outcomes, perSecond, failureRate } = api;
  return {
    kind,
    name,
    label,
    names,
    requests,
    requestsPerSecond: perSecond,
    successCount: outcomes?.success ?? null,
    rejectedCount: outcomes?.rejected ?? null,
    failedCount: outcomes?.failed ?? null,
    successByStatus: (outcomes?.successes ?? []).map(({ status, count }) => ({ status, count })),
    rejectedByStatus: (outcomes?.rejections ?? []).map(({ status, count }) => ({ status, count })),
    failedShare: failureRate,
    expectedResponses: latencyJson(api.expected),
    allResponses: latencyJson(api.all),
  };
}

function latencyJson(latency: Latency | null): ReportJsonRun['apis'][number]['expectedResponses'] {
  if (latency === null) return null;
  const { count, averageMs, p95Ms, maxMs, approximate } = latency;
  return { count, averageMs, p95Ms, maxMs, approximate };
}

function iterationsJson(run: ReportedRun): ReportJsonRun['iterations'] {
  const { iterations } = run.record.load ?? {};
  const { p95Ms, maxMs } = iterationTime(run);
  const split = iterationSplit(run);
  const dropped = droppedIterations(run);
  const parts = typeof split === 'string' ? { http: null, think: null, rest: null } : split;
  return {
    completeCount: iterations?.complete ?? null,
    interruptedCount: iterations?.interrupted ?? null,
    droppedCount: dropped === 'cannot' ? null : dropped,
    p95Ms,
    maxMs,
    httpShare: parts.http,
    thinkShare: parts.think,
    restShare: parts.rest,
    splitMissing: typeof split === 'string' ? split : null,
  };
}

function missingFrom({ record, series }: ReportedRun): ReportJsonRun['missing'] {
  const { load, scenario, drain, invariants, judgement } = record;
  const missing: ReportJsonRun['missing'] = [];
  if (load === null) missing.push('load');
  if (scenario === null) missing.push('scenario');
  if (load !== null && load.summary === null) missing.push('k6-summary');
  if (series.load.length === 0) missing.push('load-series');
  if (series.readings.size === 0) missing.push('probe-series');
  if (drain === null) missing.push('drain');
  if (invariants.length === 0) missing.push('invariants');
  if (judgement === null) missing.push('judgement');
  return missing;
}

/** Text of strangers without control characters and secrets; a figure that is no number is none. */
function clean(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isSecretName(name) && value !== '' ? '***' : plainText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item) => clean(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plainText(key), clean(item, key)]));
}

/** Reads what `json` wrote; for tests and for programs in TypeScript. */
export function parseReportJson(text: string): ReportJson {
  return reportJsonSchema.parse(JSON.parse(text));
}
