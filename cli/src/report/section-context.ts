import type { RunRecord } from '../record/run-record.ts';
import type { ApiFigures, ReportedRun } from './api-figures.ts';
import type { DrilledRun } from './drill/drilled-run.ts';
import type { NumberFormat } from './number-format.ts';
import type { Sentences } from './sentences.ts';

/** What a section is made from. */
export interface SectionContext {
  readonly runs: readonly ReportedRun[];
  /** Runs in which something was broken on purpose. They are among `runs` only where the report has no other. */
  readonly drills: readonly DrilledRun[];
  /** One column per API and run, in the order of the runs. */
  readonly columns: readonly ReportColumn[];
  readonly say: Sentences['say'];
  readonly has: Sentences['has'];
  readonly format: NumberFormat;
  /** A sentence for an identifier of `kind`; unknown ones come back as themselves. */
  readonly name: (kind: string, id: string) => string;
  /** The run by the name of its scenario, with its id where two runs share that name. */
  readonly runName: (record: RunRecord) => string;
}

export interface ReportColumn {
  readonly heading: string;
  readonly run: ReportedRun;
  readonly api: ApiFigures;
}
