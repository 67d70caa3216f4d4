/** What a gate was compared with, or why there is nothing to compare. */
export type Measured =
  | { readonly value: number; readonly samples: number }
  | { readonly missing: 'no-series' | 'no-reading' | 'no-reading-after-load' | 'gap' | 'too-few-samples' | 'method' }
  | { readonly missing: 'counter-reset' };

/**
 * A measurement, and the same for each second (or export) of the window. What `for` asks of: one list per series,
 * because a break in one series is no break in another.
 */
export interface Followed {
  readonly measured: Measured;
  readonly moments: ReadonlyArray<ReadonlyArray<{ readonly t: number; readonly value: number }>>;
}
