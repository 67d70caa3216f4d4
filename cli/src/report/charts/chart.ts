/** What is drawn of one run: a format draws it as an image or in the page. Texts are in the language of the report. */
export interface ChartGroup {
  /** Unique in the report and fit for a file name and an anchor. */
  readonly id: string;
  readonly runId: string;
  /** The run's name where the report has several, else null. */
  readonly title: string | null;
  /** Start of the load, epoch milliseconds: second 0 of every chart. */
  readonly startedAt: number;
  readonly timeZone: string;
  /** The one axis of all time charts: beginning of each bin in seconds since the start of the load, evenly spaced. */
  readonly seconds: readonly number[];
  /** 1, or more where a long run was thinned for drawing. */
  readonly binSeconds: number;
  readonly charts: readonly TimeChart[];
  readonly distributions: readonly DistributionChart[];
  readonly marks: readonly ChartMark[];
  /** One sentence for each chart that could not be drawn, and for what was thinned. */
  readonly notes: readonly string[];
}

export interface TimeChart {
  readonly id: string;
  readonly title: string;
  /** Of the vertical axis, as it is printed: `ms`, `건/초`. */
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  /** What the chart shows, in one sentence with its figures: the text for who does not see it. */
  readonly alt: string;
}

export interface ChartLine {
  readonly id: string;
  readonly label: string;
  /** One per entry of `ChartGroup.seconds`; null: not measured, drawn as a gap. */
  readonly values: ReadonlyArray<number | null>;
  /** Decides colour and dash in every format. */
  readonly role: LineRole;
}

export type LineRole = 'success' | 'rejected' | 'failed' | 'dropped' | 'p50' | 'p95' | 'p99' | 'plain';

/** How many answers took how long. */
export interface DistributionChart {
  readonly id: string;
  readonly title: string;
  readonly buckets: ReadonlyArray<{ readonly fromMs: number; readonly toMs: number; readonly count: number }>;
  readonly marks: ReadonlyArray<{ readonly label: string; readonly ms: number }>;
  readonly alt: string;
}

/** A moment, or a stretch of time where `to` is given; seconds since the start of the load. */
export interface ChartMark {
  readonly kind: 'phase' | 'threshold' | 'finding' | 'event';
  readonly label: string;
  readonly from: number;
  readonly to: number | null;
  /** Anchor of the finding, for marks of that kind. */
  readonly anchor: string | null;
}
