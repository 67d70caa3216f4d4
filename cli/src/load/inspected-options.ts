import { z } from 'zod';
import { scriptThresholdsSchema } from '../record/script-threshold.ts';
import { LoadkitError, messageOf } from '../system/error.ts';

/** The options of a script as `k6 inspect --execution-requirements` prints them. */
const inspectedSchema = z.looseObject({
  scenarios: z.unknown(),
  ext: z.unknown(),
  totalDuration: z.string(),
  maxVUs: z.int(),
  systemTags: z.array(z.string()).nullish(),
  thresholds: scriptThresholdsSchema.nullish(),
});
export type InspectedOptions = z.infer<typeof inspectedSchema>;

/** @throws LoadkitError `k6-output` with the first thing that is not as k6 prints it */
export function decodeInspected(output: string, k6Version: string): InspectedOptions {
  try {
    return inspectedSchema.parse(JSON.parse(output));
  } catch (error) {
    throw new LoadkitError(
      'k6-output',
      `k6 ${k6Version} printed options that cannot be read: ${messageOf(error).slice(0, 200)}`,
      { hint: 'does LOADKIT_K6 name a k6, and does `k6 inspect` of it print JSON?', cause: error },
    );
  }
}
