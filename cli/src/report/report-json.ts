import { z } from 'zod';
import { drillSchema, failureIds } from '../record/drill.ts';
import { invariantSchema } from '../record/invariant.ts';
import {
  drainSchema,
  findingSchema,
  hostSchema,
  partSchema,
  reasonSchema,
  scenarioSchema,
  thresholdResultSchema,
  verdictNames,
} from '../record/run-record.ts';

/**
 * `report.json`: the figures and judgements of a report for programs. Version 1; docs/report-json.md says what each field is.
 * Within a version fields are added, never renamed or taken away. Nothing in it depends on the language of the report.
 */
export const reportJsonVersion = 1;

const count = z.number().nullable();
const ms = z.number().nullable();
const share = z.number().nullable();

const latencySchema = z.object({
  count: z.number(),
  averageMs: ms,
  p95Ms: ms,
  maxMs: ms,
  /** p95 is from merged histograms, within 1.5 %. */
  approximate: z.boolean(),
});

const apiSchema = z.object({
  kind: z.enum(['api', 'total', 'rest']),
  name: z.string(),
  label: z.string(),
  /** How many request names stand together. */
  names: z.number(),
  requests: count,
  requestsPerSecond: z.number().nullable(),
  successCount: count,
  rejectedCount: count,
  failedCount: count,
  successByStatus: z.array(z.object({ status: z.number(), count: z.number() })),
  rejectedByStatus: z.array(z.object({ status: z.number(), count: z.number() })),
  /** Of system errors among the requests. */
  failedShare: share,
  expectedResponses: latencySchema.nullable(),
  allResponses: latencySchema.nullable(),
});

const iterationsSchema = z.object({
  completeCount: count,
  interruptedCount: count,
  /** Null: k6 left no summary, or a closed model, in which none can be dropped. */
  droppedCount: count,
  p95Ms: ms,
  maxMs: ms,
  httpShare: share,
  thinkShare: share,
  restShare: share,
  /** Why the shares are null. */
  splitMissing: z.string().nullable(),
});

const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const runSchema = z.object({
  id: z.string(),
  status: z.enum(['running', 'complete', 'interrupted', 'failed']),
  loadkit: z.string(),
  command: z.array(z.string()),
  startedAtEpochMs: z.number().nullable(),
  endedAtEpochMs: z.number().nullable(),
  timeZone: z.string(),
  /** Null: not judged. */
  verdict: z.object({ name: z.enum(verdictNames), exitCode: z.number(), reasons: z.array(reasonSchema) }).nullable(),
  scenario: scenarioSchema
    .pick({
      name: true,
      file: true,
      sha256: true,
      profile: true,
      seed: true,
      model: true,
      shape: true,
      plannedMs: true,
      maxVus: true,
      foreign: true,
      strict: true,
      flags: true,
      parameters: true,
    })
    .nullable(),
  environment: z.object({
    host: hostSchema,
    git: z.object({ commit: z.string(), branch: z.string().nullable(), dirty: z.boolean() }).nullable(),
    stack: z.string().nullable(),
    set: z.record(z.string(), z.string()),
    fixture: settings,
    parts: z.array(partSchema),
    allowedHosts: z.array(z.string()),
  }),
  load: z
    .object({
      k6ExitCode: z.number().nullable(),
      startedAtEpochMs: z.number().nullable(),
      endedAtEpochMs: z.number().nullable(),
      seriesRequestCount: z.number(),
      k6RequestCount: count,
      /** `--no-k6-summary`: k6 itself counted no requests and judged no threshold. */
      k6SummaryOff: z.boolean(),
    })
    .nullable(),
  apis: z.array(apiSchema),
  iterations: iterationsSchema.nullable(),
  thresholds: z.array(thresholdResultSchema),
  invariants: z.array(invariantSchema.extend({ nothingToCheck: z.boolean() })),
  drain: drainSchema.nullable(),
  /** What was broken on purpose, when, and what followed; null: nothing was. */
  drill: drillSchema.nullable().default(null),
  findings: z.array(findingSchema),
  notices: z.array(reasonSchema),
  probeNotes: z.record(z.string(), z.array(z.string())),
  errors: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() })),
  /** What this record does not hold, so that a null is not read as a zero. */
  missing: z.array(
    z.enum(['load', 'scenario', 'k6-summary', 'load-series', 'probe-series', 'drain', 'invariants', 'judgement']),
  ),
});

/** A row of section 4 and the drill that its measured cells are from. */
const failureSchema = z.object({
  id: z.enum(failureIds),
  /** Drills of it among the runs. */
  drillCount: z.number(),
  /** Null: none was drilled. */
  worst: z
    .object({
      run: z.string(),
      fault: z.string(),
      mitigation: z.string().nullable(),
      /** JSON pointer (RFC 6901) into this file, to the moments, the times and the level; see `drill` of a run. */
      assessmentPointer: z.string(),
    })
    .nullable(),
});

export const reportJsonSchema = z.object({
  schema: z.literal('loadkit.report'),
  version: z.literal(reportJsonVersion),
  /** The worst of the runs: what `loadkit run` ended with. Null when one was not judged. */
  exitCode: z.number().nullable(),
  runs: z.array(runSchema),
  /** Empty where nothing was drilled. */
  failures: z.array(failureSchema).default([]),
});

export type ReportJson = z.infer<typeof reportJsonSchema>;
export type ReportJsonRun = ReportJson['runs'][number];
export type ReportJsonFailure = ReportJson['failures'][number];
