import type { RunRecord } from '../record/run-record.ts';

/** The moments that a gate is measured between, in epoch milliseconds. */
export interface JudgedWindow {
  readonly loadStart: number;
  readonly loadEnd: number;
  /** End of the wait for the backlog; the end of the load when there was none. */
  readonly drainEnd: number;
}

/** Null when nothing was loaded. */
export function judgedWindow({ load, phases }: RunRecord): JudgedWindow | null {
  if (load === null) return null;
  const drain = phases.find(({ name }) => name === 'drain');
  return { loadStart: load.startedAt, loadEnd: load.endedAt, drainEnd: drain?.endedAt ?? load.endedAt };
}
