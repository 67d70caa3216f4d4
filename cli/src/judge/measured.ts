/** What a gate was compared with, or why there is nothing to compare. */
export type Measured =
  | { readonly value: number; readonly samples: number }
  | { readonly missing: 'no-series' | 'no-reading' | 'no-reading-after-load' | 'gap' | 'too-few-samples' | 'method' };
