import type { Fault, PreparedFault } from './fault.ts';

/**
 * Of every surge, so that they can be compared. k6 has made as many users as will wait before it begins: made while arrivals
 * wait for them they come too late, by a time that is another one on each machine.
 */
export const surgeLoad = { rate: 40, surge: 10, env: { SPIKE_VUS: '500' } } as const satisfies Partial<Fault>;

/**
 * A queue without a bound in the memory of a process that has little. It works on nearly 250 requests a second, four at once, so
 * that one that is held up delays no other before the surge, and who turns the rest away can serve more than half of it. One that
 * waits holds 384 KB, and about 200 fill the heap: in a surge after 1 to 2 s, a second time after twice that and the time of a
 * restart.
 */
export const unboundedQueue: Fault['set'] = {
  INTAKE: 'queue',
  INTAKE_CONCURRENCY: '4',
  INTAKE_WORK_MS: '16',
  INTAKE_ENTRY_KB: '384',
  NODE_OPTIONS: '--max-old-space-size=96',
};

/** Between the two: it happens once. Milliseconds. */
export const onceMs = 3_000;

/** The load itself breaks the service, at a moment and for a time that k6 was given: nothing is touched. */
export async function prepareSurge(): Promise<PreparedFault> {
  return { undo: [], inject: async () => ({}) };
}
