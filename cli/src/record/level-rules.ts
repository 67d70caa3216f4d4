import { z } from 'zod';

/** From the worst on. */
export const ruledLevels = ['L1', 'L2', 'L3'] as const;

const share = z.number().min(0).max(1);
const lengthMs = z.number().min(0).max(86_400_000);
const common = {
  /** Kebab-case noun, named beside the level: `orders-down`. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  level: z.enum(ruledLevels),
};

/** What is compared with the rule's thresholds. A figure that could not be measured never makes a rule match. */
export const levelRuleSchema = z.discriminatedUnion('measure', [
  /** Good answers were fewer than `share` of what was offered for `forMs` without a break: in all core APIs at once, in any, or in those named. */
  z.strictObject({
    ...common,
    measure: z.literal('api-below'),
    apis: z.union([z.enum(['all', 'any']), z.array(z.string()).min(1)]),
    share,
    forMs: lengthMs,
  }),
  /** Good answers of a core API were fewer than `share` from impact to restoration. */
  z.strictObject({ ...common, measure: z.literal('api-window'), share }),
  /** This share of the users or more was affected. */
  z.strictObject({ ...common, measure: z.literal('users'), share }),
  /** One of these invariants, by its id, was violated after the drain; `after-repair`: and the repair did not put it right. */
  z.strictObject({
    ...common,
    measure: z.literal('invariants'),
    invariants: z.union([z.literal('any'), z.array(z.string()).min(1)]),
    counted: z.enum(['before-repair', 'after-repair']).default('before-repair'),
  }),
  /** The detector alarmed on one of these signals, by their names up to a colon (`backlog` for `backlog:<metric>`). */
  z.strictObject({
    ...common,
    measure: z.literal('alarm'),
    signals: z.array(z.string()).min(1),
  }),
  /** p95 of the worst second was `factor` times the baseline's, and longer by `leastMs`. */
  z.strictObject({ ...common, measure: z.literal('slow'), factor: z.number().min(1), leastMs: lengthMs }),
  /** Something confirmed waited so long or longer until it was processed. */
  z.strictObject({ ...common, measure: z.literal('stale'), forMs: lengthMs }),
]);
export type LevelRule = z.infer<typeof levelRuleSchema>;

/** When a drill has which level, the first rule that matches: `cli/level-rules.json`, or the file of `--level-rules`. */
export const levelRulesSchema = z.strictObject({
  name: z.string().min(1),
  version: z.int().min(1),
  rules: z.array(levelRuleSchema).min(1),
});
export type LevelRules = z.infer<typeof levelRulesSchema>;
