import type { Drain, FindingDraft, Host, Invariant, Load, Part, Phase, Scenario } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';

/** Everything that an analyzer may ask for. */
export interface AnalysisInput {
  readonly load: Load;
  readonly scenario: Scenario | null;
  readonly host: Host;
  readonly parts: readonly Part[];
  readonly phases: readonly Phase[];
  readonly drain: Drain | null;
  readonly invariants: readonly Invariant[];
  readonly series: Series;
}

/**
 * One judgement over a run. It receives only what it declares, so the declaration cannot lie.
 * An analyzer sees measurements, never which switch was set.
 */
export interface Analyzer<Key extends keyof AnalysisInput = keyof AnalysisInput> {
  /** Also its file's name and its sentence's name in `templates/`. */
  readonly id: string;
  readonly requires: readonly Key[];
  readonly analyze: (input: Pick<AnalysisInput, Key>) => FindingDraft;
}
