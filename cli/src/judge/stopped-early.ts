import { parseMetricKey } from '../record/metric-key.ts';
import type { Load, RunRecord, ThresholdResult } from '../record/run-record.ts';
import { scriptThresholdsSchema } from '../record/script-threshold.ts';

/**
 * Where a broken threshold stopped k6 (`abortOnFail`), what lies behind it could show nothing: its outcome is then
 * `no-data` with the reason `stopped-early`, which is no ground against the run beside the threshold that broke.
 */
export function markStoppedEarly(
  results: readonly ThresholdResult[],
  { load, scenario }: Pick<RunRecord, 'load' | 'scenario'>,
): ThresholdResult[] {
  if (load === null || scenario === null || !wasStopped(load, scenario)) return [...results];
  return results.map((result) => (showedNothing(result, load) ? { ...result, ...unmeasured } : result));
}

const unmeasured = { outcome: 'no-data', observed: null, reason: 'stopped-early' } as const;

function wasStopped(load: Load, { options, plannedMs }: NonNullable<RunRecord['scenario']>): boolean {
  if (loadedMs(load) >= plannedMs) return false;
  const thresholds = scriptThresholdsSchema.catch({}).parse(options.thresholds);
  return load.thresholds.some(
    ({ metric, expression, held }) =>
      held === false &&
      (thresholds[metric] ?? []).some(
        (item) => typeof item !== 'string' && item.threshold === expression && item.abortOnFail === true,
      ),
  );
}

/** As k6 counts it: between its start and the first iteration it may make users for many seconds. */
function loadedMs({ summary, startedAt, endedAt }: Load): number {
  const { count, rate } = summary?.http_reqs ?? summary?.iterations ?? {};
  return count !== undefined && rate !== undefined && rate > 0 ? (count / rate) * 1_000 : endedAt - startedAt;
}

/** Too few samples, or a count of 0 in a k6 scenario of which nothing at all was counted. */
function showedNothing({ metric, outcome, observed, reason }: ThresholdResult, load: Load): boolean {
  if (outcome === 'broken') return false;
  if (reason === 'no-sample' || reason === 'too-few-samples') return true;
  const { scenario } = parseMetricKey(metric).tags;
  return scenario !== undefined && outcome === 'held' && (observed ?? 0) === 0 && !hadSamples(load, scenario);
}

/** By the sub-metrics that the script's thresholds made; k6 prints a counter that nobody raised as 0. */
function hadSamples({ summary }: Load, scenario: string): boolean {
  return Object.entries(summary ?? {}).some(([key, { count }]) => {
    return parseMetricKey(key).tags.scenario === scenario && (count ?? 1) > 0;
  });
}
