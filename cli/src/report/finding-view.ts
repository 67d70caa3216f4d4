import type { Finding } from '../record/run-record.ts';

/** A finding in the words of the report. */
export interface FindingView {
  readonly id: string;
  /** Unique in the report: `finding-<id>`, with the number of the run where there are several. */
  readonly anchor: string;
  readonly title: string;
  readonly outcome: Finding['outcome'];
  readonly outcomeText: string;
  /** `확신도 높음`; null where the finding has none. */
  readonly confidenceText: string | null;
  /** What was found, in one or two sentences with the figures. */
  readonly text: string;
  readonly evidence: ReadonlyArray<{
    readonly metric: string;
    readonly value: string;
    readonly window: string | null;
    readonly comparedWith: string | null;
  }>;
  readonly ruledOut: readonly string[];
  readonly surer: readonly string[];
  /** Where the charts show it; null where no time can be given. Seconds since the start of the load. */
  readonly span: { readonly chartGroup: string; readonly from: number; readonly to: number } | null;
}
