import { z } from 'zod';
import { drillSchema } from './drill.ts';
import { epochMs } from './epoch-ms.ts';
import { invariantSchema } from './invariant.ts';
import { stackProviders } from './stack-provider.ts';

/**
 * `run.json`: the facts of one run, and what was judged from them.
 * Version 1. A reader of version N reads every version up to N and refuses a newer one by name.
 */
export const recordVersion = 1;

export type { Invariant } from './invariant.ts';

const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const hostSchema = z.object({
  hostname: z.string(),
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  /** Logical processors that this process may use. */
  cpuCount: z.int(),
  memoryBytes: z.number(),
  node: z.string(),
  /** True when the load generator, the service and its stores share this machine. */
  shared: z.boolean(),
});
export type Host = z.infer<typeof hostSchema>;

export const partSchema = z.object({
  /** `k6`, `redis`, `mysql`, `kafka`, `api`, `worker`. */
  name: z.string(),
  /** `MariaDB`, `Redis`, … as it names itself. */
  product: z.string(),
  version: z.string(),
  /** `local`, `docker`, `external`. */
  origin: z.string(),
  /** Pool sizes, durability, heap and whatever else decides its speed. No secrets. */
  settings,
});
export type Part = z.infer<typeof partSchema>;

export const phaseSchema = z.object({
  /** repair: of a drill whose invariants did not hold. */
  name: z.enum(['start', 'warmup', 'reset', 'load', 'drain', 'verify', 'repair', 'stop']),
  startedAt: epochMs,
  endedAt: epochMs.nullable(),
});
export type Phase = z.infer<typeof phaseSchema>;

export const k6ThresholdSchema = z.object({
  /** `http_req_duration{name:issue_coupon}` */
  metric: z.string(),
  /** `p(95)<300` */
  expression: z.string(),
  /** k6's own result: true = held. Null when k6 gave none. */
  held: z.boolean().nullable(),
});

/** One metric of k6's own end-of-test summary: `count`, `rate`, `avg`, `p(95)`, `value`, … in k6's units (ms). */
export const summaryMetricSchema = z.record(z.string(), z.number());

const rangeSchema = z.object({ least: z.number(), most: z.number() });

export const loadSchema = z.object({
  /** k6's exit code; null when it was killed or never started. */
  exitCode: z.int().nullable(),
  /** How it ended where that was no end of its own; null where it was. */
  crash: z
    .object({
      /** signal: ended from outside; runtime: a fatal error of its Go runtime; silent: ended by loadkit, for it said nothing. */
      kind: z.enum(['signal', 'runtime', 'silent']),
      signal: z.string().nullable(),
      /** `fatal error: runtime: out of memory` */
      message: z.string().nullable(),
      /** How long it had said nothing. Milliseconds. */
      waitedMs: z.number().nullable(),
    })
    .nullable()
    .default(null),
  /** The error of a drill for which loadkit ended it before its time, and its exit code; null: there was none. */
  cutBy: z.object({ code: z.string(), exitCode: z.int() }).nullable().default(null),
  startedAt: epochMs,
  endedAt: epochMs,
  /** Key: metric, with tags where the script's thresholds made a sub-metric. Null when k6 left none. */
  summary: z.record(z.string(), summaryMetricSchema).nullable(),
  thresholds: z.array(k6ThresholdSchema),
  /** By group (`::cart::pay`, empty outside of any) and name. */
  checks: z.array(z.object({ group: z.string(), name: z.string(), passes: z.number(), fails: z.number() })).default([]),
  /** Unit by name of a metric that has one: `ms`, `By` (bytes). */
  units: z.record(z.string(), z.string()).default({}),
  /** Names of requests and tags that the series does not tell apart, because there were too many; null when it does. */
  folded: z
    .object({
      /** Names beyond the first hundred; they stand as their pattern (`/items/{}`). */
      names: z.int(),
      /** There were more names than were counted. */
      atLeast: z.boolean(),
      /** Tags that were left out of some series. */
      tags: z.array(z.string()),
      /** Requests that k6 itself reported without any tag. */
      untagged: z.number(),
    })
    .nullable()
    .default(null),
  /** Points that were left out of the series because their value was no finite number. */
  notFinite: z.int().default(0),
  /** What k6's dialer was not allowed to reach: HTTP requests, and the first addresses of any protocol. */
  refused: z.object({ requests: z.number(), addresses: z.array(z.string()) }).default({ requests: 0, addresses: [] }),
  /** `--no-k6-summary`: k6 kept no samples, so that it left no summary and judged no threshold. */
  withoutSummary: z.boolean().default(false),
  /** Then what the summary would have held, merged from the exports; `ranges`: between which values a percentile lies. */
  merged: z
    .record(z.string(), z.object({ figures: summaryMetricSchema, ranges: z.record(z.string(), rangeSchema) }))
    .nullable()
    .default(null),
  /** How long its test lasted by k6's last progress line, to a tenth of a second; null when it could not be read. */
  testMs: z.number().nullable().default(null),
  /** From k6's last progress line; null when it could not be read. */
  iterations: z.object({ complete: z.int(), interrupted: z.int() }).nullable(),
  /** Our count of requests against k6's own, never used to correct either. */
  reconciliation: z.object({
    seriesRequests: z.number(),
    summaryRequests: z.number().nullable(),
    difference: z.number().nullable(),
    /** Exports that the receiver could not decode. */
    rejectedExports: z.int(),
  }),
  /** k6's last lines on its console, without control sequences. */
  consoleTail: z.array(z.string()),
});
export type Load = z.infer<typeof loadSchema>;

/** An API of the scenario: the `name` tag of its requests. */
export const endpointSchema = z.object({
  name: z.string(),
  method: z.string(),
  /** `POST /api/coupons/{userId}` when the scenario says so, else the name. */
  label: z.string(),
});

export const scenarioSchema = z.object({
  name: z.string(),
  file: z.string(),
  sha256: z.string(),
  profile: z.string().nullable(),
  seed: z.int().nullable(),
  /** closed: a fixed number of users; open: a fixed rate of arrivals; mixed: both. */
  model: z.enum(['closed', 'open', 'mixed']),
  /** `100 VU · 60s` in k6's terms, for people. */
  shape: z.string(),
  /** Planned length of the load in milliseconds. */
  plannedMs: z.number(),
  maxVus: z.int(),
  /** k6's options as `k6 inspect` prints them. */
  options: z.record(z.string(), z.unknown()),
  /** `-e KEY=VALUE`, secrets masked. */
  parameters: z.record(z.string(), z.string()),
  /** True for a script without `options.ext.loadkit`: k6's own exit code is its verdict. */
  foreign: z.boolean().default(false),
  /** `--strict`: judged as strictly as our own all the same. */
  strict: z.boolean().default(false),
  /** k6's load flags as they were passed on (`--vus 10`); they replace the script's `scenarios`. */
  flags: z.array(z.string()).default([]),
  endpoints: z.array(endpointSchema),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const thresholdResultSchema = z.object({
  /** k6 over its own samples; `series`: loadkit in k6's place (`--no-k6-summary`); loadkit: a gate of its own. */
  source: z.enum(['k6', 'series', 'loadkit']),
  metric: z.string(),
  expression: z.string(),
  level: z.enum(['fail', 'warn']),
  outcome: z.enum(['held', 'broken', 'no-data']),
  /** What was compared; null when there was nothing. In the metric's unit. */
  observed: z.number().nullable(),
  /** Between which values `observed` lies; absent where it is exact. */
  range: rangeSchema.optional(),
  /** Number of samples behind `observed`. */
  samples: z.number().nullable(),
  /** Why there is no data, or when a `for` gate broke. A stable identifier. */
  reason: z.string().nullable(),
});
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

export const drainSchema = z.object({
  drained: z.boolean(),
  /** Time from the end of the load until the backlog was empty, or until waiting ended. Milliseconds. */
  tookMs: z.number(),
  limitMs: z.number(),
  /** Last reading of each backlog metric. */
  left: z.record(z.string(), z.number()),
});
export type Drain = z.infer<typeof drainSchema>;

export const verdictNames = [
  'PASS',
  'FAIL',
  'INCORRECT',
  'INCONCLUSIVE',
  'INVALID',
  'SCRIPT_FAILURE',
  'UNREACHABLE',
  'INTERRUPTED',
  'INTERNAL_ERROR',
] as const;

/** A reason is an identifier and its figures; the sentence is made in `templates/`. */
export const reasonSchema = z.object({
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Reason = z.infer<typeof reasonSchema>;

export const verdictSchema = z.object({
  name: z.enum(verdictNames),
  exitCode: z.int(),
  reasons: z.array(reasonSchema),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const evidenceSchema = z.object({
  metric: z.string(),
  from: epochMs.nullable(),
  to: epochMs.nullable(),
  value: z.number(),
  unit: z.string(),
  comparedWith: z.object({ value: z.number(), what: z.string() }).nullable(),
});

export const findingSchema = z.object({
  id: z.string(),
  outcome: z.enum(['problem', 'ok', 'insufficient-data', 'error']),
  confidence: z.enum(['high', 'medium', 'low']).nullable(),
  evidence: z.array(evidenceSchema),
  /**
   * Figures of the sentence `finding.<id>.<rule>`, where `rule` is itself a detail and without one the outcome.
   * A number has its unit in its name (`waitedMs`, `httpShare`): `report/detail-format.ts` lists them.
   */
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
  /** What else it could have been, and the figures that speak against it. */
  ruledOut: z.array(reasonSchema).default([]),
  /** What it would take to be sure. */
  surer: z.array(reasonSchema).default([]),
});
export type Finding = z.infer<typeof findingSchema>;
/** What an analyzer returns: the lists may be left out. */
export type FindingDraft = z.input<typeof findingSchema>;

export const judgementSchema = z.object({
  thresholds: z.array(thresholdResultSchema),
  findings: z.array(findingSchema),
  verdict: verdictSchema,
});
export type Judgement = z.infer<typeof judgementSchema>;

export const runRecordSchema = z.object({
  schema: z.literal('loadkit.run'),
  version: z.int(),
  id: z.string(),
  /** `running` is what a reader finds after a crash. */
  status: z.enum(['running', 'complete', 'interrupted', 'failed']),
  loadkit: z.string(),
  /** `loadkit` and its arguments, secrets masked. */
  command: z.array(z.string()),
  startedAt: epochMs,
  endedAt: epochMs.nullable(),
  /** Time zone of the machine, for printing times. */
  timeZone: z.string(),
  host: hostSchema,
  git: z.object({ commit: z.string(), branch: z.string().nullable(), dirty: z.boolean() }).nullable(),
  scenario: scenarioSchema.nullable(),
  /** Settings of the service that were set for this run: `--set` and environment. */
  set: z.record(z.string(), z.string()),
  fixture: settings,
  /** Where the service and its stores came from; null when nothing but k6 ran. */
  stack: z
    .object({ provider: z.enum(stackProviders) })
    .nullable()
    .default(null),
  /** Hosts beyond the loopback interface that k6 was allowed to reach (`--allow-host`). */
  allowedHosts: z.array(z.string()).default([]),
  /** What the user was told before the load: identifiers with their values, as in a reason. */
  notices: z.array(reasonSchema).default([]),
  parts: z.array(partSchema),
  phases: z.array(phaseSchema),
  load: loadSchema.nullable(),
  drain: drainSchema.nullable(),
  /** What a probe could not read and why, by probe. */
  probeNotes: z.record(z.string(), z.array(z.string())),
  invariants: z.array(invariantSchema),
  /** What went wrong on the way, in the order it happened. */
  errors: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() })),
  judgement: judgementSchema.nullable(),
  /** Null: nothing was broken on purpose. */
  drill: drillSchema.nullable().default(null),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
