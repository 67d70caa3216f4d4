/**
 * Counters that come into being with the first thing that they count, by the probe that would read them (`k6` for k6's
 * own): k6 emits `dropped_iterations` when it drops one, Redis lists an error or a command when it occurred. Where the
 * rest of the same source was read, no such series means 0, and is not missing.
 */
const sources: ReadonlyMap<string, string> = new Map([
  ['dropped_iterations', 'k6'],
  ['redis_errors', 'redis'],
  ['redis_command_calls', 'redis'],
]);

/** A total that the source always has: when it begins anew, those that are born by counting were forgotten, too. */
const totals: ReadonlyMap<string, string> = new Map([['redis', 'redis_commands']]);

/** The source that proves that nothing was counted; null for a metric that should be there. */
export function bornByCountingIn(metricName: string): string | null {
  return sources.get(metricName) ?? null;
}

/** The metric whose fall shows that the source of such a counter started anew; null when it cannot, or there is none. */
export function restartShownBy(metricName: string): string | null {
  return totals.get(sources.get(metricName) ?? '') ?? null;
}
