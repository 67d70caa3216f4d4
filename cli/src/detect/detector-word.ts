import { z } from 'zod';
import { alarmSchema, signalSchema } from '../record/drill.ts';
import { epochMs } from '../record/epoch-ms.ts';

/** What a detector says: one JSON object a line. */
export const detectorWordSchema = z.discriminatedUnion('kind', [
  /** Said once, when it has learnt what is normal; from then on it judges. */
  z.object({
    kind: z.literal('ready'),
    t: epochMs,
    /** Those that it judges. */
    signals: z.array(signalSchema),
    /** Which were bad already, so that it does not judge them; null: none. */
    error: z.string().nullable(),
  }),
  /** Each second after that. By metric key. */
  z.object({ kind: z.literal('values'), t: epochMs, values: z.record(z.string(), z.number()) }),
  alarmSchema.extend({ kind: z.literal('alarm') }),
  /** The last. */
  z.object({
    kind: z.literal('end'),
    t: epochMs,
    /** Scrapes and readings of probes. */
    readings: z.object({ made: z.int(), failed: z.int() }),
    /** What kept it from judging at all; null when it did. */
    error: z.string().nullable(),
  }),
]);
export type DetectorWord = z.infer<typeof detectorWordSchema>;
