import type { Invariant } from './run-record.ts';

/** Held over nothing (a coupon run has no orders): every figure behind it is zero, so it proves little. */
export function hadNothingToCheck({ outcome, evidence }: Invariant): boolean {
  const figures = Object.values(evidence);
  return outcome === 'held' && figures.length > 0 && figures.every((figure) => figure === 0);
}
