import { flushInterval } from '../cli/src/load/k6-environment.ts';

/** How often k6 puts its samples into the metrics that it exports: as loadkit sets it, and what else it could set. */
export const flushIntervals: readonly string[] = [
  flushInterval,
  ...['2ms', '5ms', '10ms', '25ms', '50ms', '200ms'].filter((other) => other !== flushInterval),
];
