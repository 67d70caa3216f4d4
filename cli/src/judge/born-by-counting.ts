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

/** The source that proves that nothing was counted; null for a metric that should be there. */
export function bornByCountingIn(metricName: string): string | null {
  return sources.get(metricName) ?? null;
}
