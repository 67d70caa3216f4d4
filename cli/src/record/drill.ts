import { z } from 'zod';
import { epochMs } from './epoch-ms.ts';
import { invariantSchema } from './invariant.ts';
import { levelRulesSchema, ruledLevels } from './level-rules.ts';

/** A drill is a run during which something was broken on purpose: what its record holds beside a run's. */

/** The rows of section 4 of the report, in their order. */
export const failureIds = ['lock', 'deadlock', 'surge', 'lag'] as const;

/** In the order of time. `mitigate` is there only where something was done against the fault while it lasted. */
export const drillPhaseNames = ['baseline', 'inject', 'hold', 'mitigate', 'recover'] as const;
export type DrillPhaseName = (typeof drillPhaseNames)[number];

const facts = z.record(z.string(), z.union([z.string(), z.number()]));

/** One thing that an undo has to put back; the journal on disk holds the same with the addresses it needs. */
export const undoneSchema = z.object({
  /** `redis-key`, `toxics`, `mysql-session`, `stopped-process`: the kind of `faults/undo/`. */
  kind: z.string(),
  /** Of whom, for people: `coupon:campaign:1:lock`, `pid 4711`. */
  subject: z.string(),
  /** undone: was there and is gone · absent: was not there (any more) · failed: may still be there. */
  outcome: z.enum(['undone', 'absent', 'failed']),
  error: z.string().nullable(),
});
export type Undone = z.infer<typeof undoneSchema>;

export const injectionSchema = z.object({
  /** When the injector was told to begin. */
  startedAt: epochMs,
  /** When the fault stood; null when it could not be injected. */
  injectedAt: epochMs.nullable(),
  /** When its undo had ended. */
  revertedAt: epochMs.nullable(),
  /** order: loadkit said so · maximum: the injector's own limit · signal: the injector was ended. */
  revertedBy: z.enum(['order', 'maximum', 'signal']).nullable(),
  /** The longest that the injector lets it stand. Milliseconds. */
  maxMs: z.number(),
  /** What was done to whom: `{ key: 'coupon:campaign:1:lock', latencyMs: 300 }`. */
  facts,
  undone: z.array(undoneSchema),
  error: z.string().nullable(),
});
export type Injection = z.infer<typeof injectionSchema>;

/** What the detector had learnt of one stream before it began to judge it. */
export const signalSchema = z.object({
  /** `answers`, `canary`, `backlog:<metric>`, `restarts` … */
  name: z.string(),
  /** Share of bad that it takes for normal (upper Wilson bound of the calibration), and that it looks for. Null where it counts none. */
  p0: z.number().nullable(),
  p1: z.number().nullable(),
  /** CUSUM alarms above this; a limit in the stream's unit where it is none. */
  limit: z.number(),
  /** Events that it was calibrated on. */
  samples: z.number(),
});
export type Signal = z.infer<typeof signalSchema>;

export const alarmSchema = z.object({
  signal: z.string(),
  /** When the detector saw it, by its own clock. */
  t: epochMs,
  /** cusum and limit alert; burn-rate stands beside it for readers who know it, and notifies nobody. */
  rule: z.enum(['cusum', 'limit', 'burn-rate']),
  value: z.number(),
  limit: z.number(),
});
export type Alarm = z.infer<typeof alarmSchema>;

/** Burn rate stands beside the others for readers, and notifies nobody. */
export function notifies({ rule }: Alarm): boolean {
  return rule !== 'burn-rate';
}

export const detectionSchema = z.object({
  /** From when on it judged; null: it never had enough to calibrate on. */
  readyAt: epochMs.nullable(),
  signals: z.array(signalSchema),
  alarms: z.array(alarmSchema),
  /** Scrapes and probes that it made, and how many of them failed. */
  readings: z.object({ made: z.int(), failed: z.int() }),
  error: z.string().nullable(),
});
export type Detection = z.infer<typeof detectionSchema>;

export const notificationSchema = z.object({
  channel: z.enum(['console', 'webhook']),
  signal: z.string(),
  sentAt: epochMs,
  /** When the receiver had answered; null when it did not take it. */
  deliveredAt: epochMs.nullable(),
  error: z.string().nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;

const count = z.int().min(0);

/** Entries that the service's repair command put right, as it says. */
export const repairFiguresSchema = z.object({ pointsAccrued: count, pointsTakenBack: count, couponsTakenBack: count });
export type RepairFigures = z.infer<typeof repairFiguresSchema>;

/** What was put right after the drain, in the phase `repair`; `invariants` of the record are those before it. */
export const repairSchema = z.object({
  /** Null: the command failed, or was not run. */
  figures: repairFiguresSchema.nullable(),
  /** Counted again after it; none where it failed. */
  invariants: z.array(invariantSchema),
  error: z.string().nullable(),
  /** Why it was not run although an invariant was violated. not-drained: the backlog was not seen to be gone. Null: it was run. */
  skipped: z.enum(['not-drained']).nullable().default(null),
});

/**
 * How late what was confirmed from the injection on, or up to `limitMs` before it, was processed; counted in the stores after
 * the drain and before a repair.
 */
export const latenessSchema = z.object({
  /** `points`: from an order to its points. */
  what: z.string(),
  limitMs: z.number(),
  /** Confirmed and processed; null: not counted, see `reason`. */
  processed: z.number().nullable(),
  /** Of these later than the limit. */
  late: z.number().nullable(),
  longestMs: z.number().nullable(),
  reason: z.string().nullable(),
});
export type Lateness = z.infer<typeof latenessSchema>;

/** A command that was to be run at the first alarm while the fault stood: `--mitigate`. */
export const responseSchema = z.object({
  /** As it was typed, secrets masked. */
  command: z.string(),
  /** Epoch milliseconds; null: nothing alarmed while the fault stood, and it was not run. */
  startedAt: epochMs.nullable(),
  /** Null: it still ran when the fault was undone, and was ended. */
  endedAt: epochMs.nullable(),
  /** Null: a signal ended it, or it was not run. */
  exitCode: z.int().nullable(),
});
export type Response = z.infer<typeof responseSchema>;

/** Epoch milliseconds; null: it did not happen, or the data cannot say. */
export const momentsSchema = z.object({
  injectedAt: epochMs.nullable(),
  /** Begin of the first bad second by the load's own answers; see `impactBy`. */
  impactAt: epochMs.nullable(),
  detectedAt: epochMs.nullable(),
  notifiedAt: epochMs.nullable(),
  mitigatedAt: epochMs.nullable(),
  revertedAt: epochMs.nullable(),
  /** Begin of ten good seconds in a row after an impact on the answers; null also where they felt none. */
  restoredAt: epochMs.nullable(),
  /** The backlog was as before; where it never rose, the moment of the injection. Null: it was not, or was not read. */
  drainedAt: epochMs.nullable(),
  /** The invariants held, after the repair where they did not before; null also where one did not. */
  consistentAt: epochMs.nullable(),
});
export type Moments = z.infer<typeof momentsSchema>;

/** What a fault can hurt. */
export const hurtNames = ['answers', 'backlog', 'data'] as const;
export type HurtName = (typeof hurtNames)[number];

/** The moment at which what was hurt is well again. */
export const hurtEnds = {
  answers: 'restoredAt',
  backlog: 'drainedAt',
  data: 'consistentAt',
} as const satisfies Record<HurtName, keyof Moments>;

/** Null: it could not be counted. */
export const damageSchema = z.object({
  /** Answers and arrivals between impact and restoration (or the end of the load). */
  offered: z.number(),
  /** System errors, time-outs, arrivals that k6 could not start. */
  lost: z.number(),
  /** Share of good answers in the worst second, 0–1. */
  worstGoodShare: z.number().nullable(),
  /** p95 of the worst second against the baseline's; milliseconds. */
  worstP95Ms: z.number().nullable(),
  /** Arrivals among `lost` that k6 could not start: whose they were nobody knows. */
  unstarted: z.number().nullable().default(null),
  /** Users who got at least one bad answer; null also where the script does not say whose its requests are. */
  usersAffected: z.number().nullable(),
  /** Users who got any answer in that time. */
  usersAsked: z.number().nullable().default(null),
  overIssued: z.number().nullable(),
  duplicated: z.number().nullable(),
  /** Confirmed and absent after the drain. */
  missing: z.number().nullable(),
  /** Confirmed, and processed later than the freshness limit, or not processed yet for as long; where the stores do not say when, what waited when the load ended. */
  late: z.number().nullable(),
  /** Entries that a repair put right after the drain. */
  repaired: z.number().nullable().default(null),
});
export type Damage = z.infer<typeof damageSchema>;

export const levels = [...ruledLevels, 'absorbed', 'undetermined'] as const;
export type Level = (typeof levels)[number];

/** What follows from the facts of a drill; made again from record and series at any time. */
export const assessmentSchema = z.object({
  /** Why times and level are not to be trusted: the identifiers of `drill-doubt.ts`. Empty: they are. */
  doubts: z.array(z.object({ id: z.string(), values: facts })),
  baseline: z
    .object({
      from: epochMs,
      to: epochMs,
      /** Good answers a second, median. */
      goodput: z.number(),
      goodShare: z.number(),
      p95Ms: z.number().nullable(),
    })
    .nullable(),
  moments: momentsSchema,
  /**
   * Whose impact `moments.impactAt` is: that of the load's answers, or where they felt none, of a backlog that rose, or of data
   * that are wrong, from the injection on: nobody saw which was the first.
   */
  impactBy: z.enum(hurtNames).nullable().default(null),
  /**
   * All that was hurt: answers that were bad, a backlog that rose, data that were wrong when they were counted or put right by the
   * repair. Null: an earlier loadkit did not say, and its `ttrMs` is to the end of what `impactBy` names.
   */
  hurt: z.array(z.enum(hurtNames)).readonly().nullable().default(null),
  /** detect − impact; null: not detected. Negative when it was detected before the load felt it. */
  ttdMs: z.number().nullable(),
  /** recover − impact, to the end of the last of `hurt`. Null: nothing was hurt, or one of them did not come to its end. */
  ttrMs: z.number().nullable(),
  /** The stream that alarmed first. */
  signal: z.string().nullable(),
  damage: damageSchema.nullable(),
  level: z.enum(levels),
  /**
   * In a report, of a drill with a mitigation that nobody felt: what the same fault did without it in the report's other drills
   * under the same load. missing: none of them can say. Null: it was not asked.
   */
  withoutMitigation: z.enum(['felt', 'unfelt', 'missing']).nullable().default(null),
  /** Id of the rule that matched, in the rule file, with the figures it compared. */
  clause: z.object({ id: z.string(), values: facts }).nullable(),
  /** Name and version of the rule file. */
  rules: z.string(),
  /** The rules themselves, so that a report can print their thresholds. */
  ruleFile: levelRulesSchema.nullable().default(null),
});
export type Assessment = z.infer<typeof assessmentSchema>;

export function hurtIn({ impactBy, hurt }: Pick<Assessment, 'impactBy' | 'hurt'>): readonly HurtName[] {
  return hurt ?? (impactBy === null ? [] : [impactBy]);
}

/** When all that was hurt was well again. */
export interface Recovery {
  /** Epoch milliseconds; null: nothing was hurt, or not all of it ended. */
  readonly at: number | null;
  /** What ended last; where not all of it ended, what did not. */
  readonly by: readonly HurtName[];
}

export function recoveryOf({ moments, impactBy, hurt }: Pick<Assessment, 'moments' | 'impactBy' | 'hurt'>): Recovery {
  const all = hurtIn({ impactBy, hurt });
  const endOf = (name: HurtName) => moments[hurtEnds[name]];
  const open = all.filter((name) => endOf(name) === null);
  if (all.length === 0 || open.length > 0) return { at: null, by: open };
  const at = Math.max(...all.flatMap((name) => endOf(name) ?? []));
  return { at, by: all.filter((name) => endOf(name) === at) };
}

/**
 * From when on an alarm may be of the fault: a fault that stands only with the last of several steps already hurts with the first.
 * Null: it never stood. Epoch milliseconds.
 */
export function begunAt({ injection }: Pick<Drill, 'injection'>): number | null {
  if (injection === null || injection.injectedAt === null) return null;
  return Math.min(injection.startedAt, injection.injectedAt);
}

export const drillSchema = z.object({
  /** Its id in `faults/registry.ts`; `none` is the placebo. */
  fault: z.string(),
  /** Row of section 4; null for the placebo. */
  failure: z.enum(failureIds).nullable(),
  /** The mitigation that was in place, or `response`, see there; null: none. */
  mitigation: z.string().nullable(),
  /** Id of the fault that this one is once more, against that mitigation; null: of none. */
  mitigates: z.string().nullable().default(null),
  /** Drills that belong together; null: one alone. */
  batch: z.string().nullable(),
  repeat: z.object({ number: z.int(), of: z.int() }),
  /** As it was typed or as the reference report has it, in words. */
  estimate: z.object({ level: z.string().nullable(), ttd: z.string().nullable(), ttr: z.string().nullable() }),
  phases: z.array(z.object({ name: z.enum(drillPhaseNames), startedAt: epochMs, endedAt: epochMs.nullable() })),
  injection: injectionSchema.nullable(),
  detection: detectionSchema.nullable(),
  notifications: z.array(notificationSchema),
  /** Null: none was given. */
  response: responseSchema.nullable().default(null),
  /** The placebo of its batch and how many alarms it raised; null: there was none. */
  placebo: z.object({ run: z.string(), alarms: z.int() }).nullable(),
  /** Null: not counted. */
  lateness: z.array(latenessSchema).nullable().default(null),
  /** Null: there was nothing to repair, or nobody who could. */
  repair: repairSchema.nullable().default(null),
  assessment: assessmentSchema.nullable(),
});
export type Drill = z.infer<typeof drillSchema>;
