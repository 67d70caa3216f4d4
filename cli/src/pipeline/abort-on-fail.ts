import type { Scenario } from '../record/run-record.ts';
import { scriptThresholdsSchema } from '../record/script-threshold.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * Refuses a script one of whose thresholds is to stop the load where k6 judges none (`--no-k6-summary`).
 *
 * @throws LoadkitError `abort-on-fail` (2)
 */
export function refuseAbortOnFail({ name, profile, options }: Pick<Scenario, 'name' | 'profile' | 'options'>): void {
  const thresholds = Object.entries(scriptThresholdsSchema.catch({}).parse(options.thresholds));
  const stopping = thresholds.flatMap(([metric, list]) =>
    list.flatMap((item) =>
      typeof item !== 'string' && item.abortOnFail === true ? [`${metric} ${item.threshold}`] : [],
    ),
  );
  const [first, ...others] = stopping;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const wayOut =
    profile === null ? 'take abortOnFail off the threshold' : `choose a profile that does not stop, not ${profile}`;
  throw new LoadkitError(
    'abort-on-fail',
    `--no-k6-summary: ${name} wants k6 to stop when ${first}${more} breaks (abortOnFail), and k6 then judges no threshold`,
    { hint: `leave --no-k6-summary out, or ${wayOut}`, exitCode: exitCode.usage },
  );
}
