import { z } from 'zod';
import { epochMs } from './epoch-ms.ts';

/**
 * `series.ndjson`: one JSON object a line, in the order of arrival, appended while the run goes on.
 * All times are epoch milliseconds on the clock of the machine that ran `loadkit`.
 */

/**
 * Base-2 exponential histogram as OTLP defines it: bucket `i` of `counts` holds values in
 * (base^(offset+i), base^(offset+i+1)] with base = 2^(2^-scale).
 */
export const histogramSchema = z.object({
  /** OTLP's own range; beyond it a bucket's bound is no number. */
  scale: z.int().min(-10).max(20),
  offset: z.int32(),
  counts: z.array(z.number().min(0)),
  zeroCount: z.number().min(0),
  count: z.number().min(0),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
});
export type Histogram = z.infer<typeof histogramSchema>;

/** What k6 reported for one export interval; counters and histograms are deltas. Keys are metric keys. */
export const loadLineSchema = z.object({
  kind: z.literal('load'),
  /** End of the export interval. */
  t: epochMs,
  /** Start of the export interval. */
  from: epochMs,
  /** k6 process, `0` when there is one. */
  instance: z.int(),
  counters: z.record(z.string(), z.number()),
  gauges: z.record(z.string(), z.number()),
  histograms: z.record(z.string(), histogramSchema),
});
export type LoadLine = z.infer<typeof loadLineSchema>;

/** One reading of one probe for the second `t`. A reading that failed has an error and no values. */
export const sampleLineSchema = z.object({
  kind: z.literal('sample'),
  /** The whole second that this reading stands for. */
  t: epochMs,
  probe: z.string(),
  outcome: z.enum(['ok', 'late', 'failed']),
  /** Duration of the reading in milliseconds. */
  tookMs: z.number(),
  error: z.string().optional(),
  /** Absent when failed. Keys are metric keys. */
  values: z.record(z.string(), z.number()).optional(),
});
export type SampleLine = z.infer<typeof sampleLineSchema>;

/** Something that happened at a moment: a phase began, a process ended or was restarted. */
export const eventLineSchema = z.object({
  kind: z.literal('event'),
  t: epochMs,
  /** `phase`, `process-exited`, `process-restarted`, `receiver-overflow`, … */
  name: z.string(),
  /** Phase or process the event is about. */
  subject: z.string(),
  detail: z.string().optional(),
});
export type EventLine = z.infer<typeof eventLineSchema>;

/** Whose answers came in the second `t`, in a drill whose script says so; written when the load has ended. */
export const answersLineSchema = z.object({
  kind: z.literal('answers'),
  t: epochMs,
  /** Milliseconds after `t`, the user, and 1 for an answer as it should be, 0 for any other and for none in time. */
  answers: z.array(z.tuple([z.int().min(0).max(999), z.string(), z.union([z.literal(0), z.literal(1)])])),
});
export type AnswersLine = z.infer<typeof answersLineSchema>;

export const seriesLineSchema = z.discriminatedUnion('kind', [
  loadLineSchema,
  sampleLineSchema,
  eventLineSchema,
  answersLineSchema,
]);
export type SeriesLine = z.infer<typeof seriesLineSchema>;
