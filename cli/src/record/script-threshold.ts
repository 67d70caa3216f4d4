import { z } from 'zod';

/** `options.thresholds` of a script as k6 prints them: by metric, each an expression or an object with one. */
export const scriptThresholdsSchema = z.record(
  z.string(),
  z.array(z.union([z.string(), z.looseObject({ threshold: z.string(), abortOnFail: z.boolean().nullish() })])),
);
