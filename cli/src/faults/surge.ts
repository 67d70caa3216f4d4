import type { Fault, PreparedFault } from './fault.ts';

/** Of every surge, so that they can be compared: on two cores k6 still makes eight times as many. Arrivals a second. */
export const usualRate = 60;
export const surgeFactor = 8;

/**
 * A queue without a bound in the memory of a process that has little: it works on fewer than 200 requests a second, and one
 * that waits holds 128 KB, so that what comes beyond that for about two seconds does not fit in.
 */
export const unboundedQueue: Fault['set'] = {
  INTAKE: 'queue',
  INTAKE_CONCURRENCY: '1',
  INTAKE_ENTRY_KB: '128',
  NODE_OPTIONS: '--max-old-space-size=96',
};

/** The load itself breaks the service, at a moment and for a time that k6 was given: nothing is touched. */
export async function prepareSurge(): Promise<PreparedFault> {
  return { undo: [], inject: async () => ({}) };
}
