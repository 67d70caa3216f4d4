import { z } from 'zod';
import { undoneSchema } from '../record/drill.ts';
import { epochMs } from '../record/epoch-ms.ts';

const undone = z.array(undoneSchema);

/**
 * A line of JSON on an injector's stdout. `standing` comes at most once, then `reverted`; or `failed`, and then nothing
 * more: what had been done by then is undone.
 */
export const injectorWordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('standing'),
    /** When the fault stood. */
    t: epochMs,
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.object({
    kind: z.literal('failed'),
    t: epochMs,
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    undone,
  }),
  z.object({
    kind: z.literal('reverted'),
    /** When the undo had ended. */
    t: epochMs,
    /** order: it was told to (a signal) · maximum: its own limit. */
    by: z.enum(['order', 'maximum']),
    undone,
  }),
]);
export type InjectorWord = z.infer<typeof injectorWordSchema>;
