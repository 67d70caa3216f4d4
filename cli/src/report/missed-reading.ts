import type { Series } from '../record/series-index.ts';
import { within } from '../stats/window.ts';

/** Seconds of the load in which a probe has no reading, and why the first of them was not read. */
export interface MissedReading {
  readonly probe: string;
  /** Seconds that the load lasted. */
  readonly seconds: number;
  readonly late: number;
  readonly failed: number;
  /** Seconds without any line, not even one that says that the reading failed. */
  readonly absent: number;
  readonly error: string | null;
}

/** Only of the probes that missed one. `startedAt` and `endedAt` in epoch milliseconds. */
export function missedReadings(
  { readings }: Series,
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number },
): MissedReading[] {
  const all = [...readings].map(([probe, lines]) => {
    const inLoad = within(lines, startedAt, endedAt);
    const seconds = Math.max(inLoad.length, Math.floor((endedAt - startedAt) / 1_000));
    const of = (wanted: string) => inLoad.filter(({ outcome }) => outcome === wanted);
    const [late, failed] = [of('late'), of('failed')];
    const error = [...failed, ...late].find((line) => line.error !== undefined)?.error ?? null;
    return { probe, seconds, late: late.length, failed: failed.length, absent: seconds - inLoad.length, error };
  });
  return all
    .filter(({ late, failed, absent }) => late + failed + absent > 0)
    .sort((a, b) => (a.probe < b.probe ? -1 : 1));
}
