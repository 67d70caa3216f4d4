import { z } from 'zod';

export const invariantSchema = z.object({
  /** Kebab-case noun: `over-issue`, `duplicate-issue`, `lost-order`. */
  id: z.string(),
  outcome: z.enum(['held', 'violated', 'undetermined']),
  /** Number of violations; null when it could not be counted. */
  violations: z.number().nullable(),
  /** The figures behind it, by name: `{ stock: 10000, issued: 10000 }`. */
  evidence: z.record(z.string(), z.number()),
  /** Why it could not be determined. */
  reason: z.string().nullable(),
});
export type Invariant = z.infer<typeof invariantSchema>;
