import type { Phase } from '../record/run-record.ts';
import type { SeriesLine } from '../record/series.ts';

/** Who watches a run while it goes on; the live view is one. */
export interface RunObserver {
  step(message: string): void;
  /** `plannedMs` null: it ends when it is done. */
  phase(name: Phase['name'], plannedMs: number | null): void;
  add(line: SeriesLine): void;
  note(message: string): void;
}
