/**
 * What a gate was compared with, or why there is nothing to compare. `isLeast`: it may have been more, because a total began
 * anew and what it had counted since its last reading is lost.
 */
export type Measured =
  | { readonly value: number; readonly samples: number; readonly isLeast?: boolean }
  | { readonly missing: Missing };

export type Missing =
  | 'no-series'
  | 'no-reading'
  | 'no-reading-after-load'
  | 'gap'
  | 'too-few-samples'
  | 'method'
  | 'counter-reset';

/**
 * A measurement, and the same for each second (or export) of the window. What `for` asks of: one list per series,
 * because a break in one series is no break in another.
 */
export interface Followed {
  readonly measured: Measured;
  readonly moments: ReadonlyArray<ReadonlyArray<{ readonly t: number; readonly value: number }>>;
}
