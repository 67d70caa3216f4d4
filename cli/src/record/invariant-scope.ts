import type { Invariant } from './run-record.ts';

/**
 * Held over nothing (a coupon run has no orders): every figure behind it is zero, so it proves little. A stock of which
 * nothing was issued was not issued too often either.
 */
export function hadNothingToCheck({ outcome, evidence }: Invariant): boolean {
  const figures = Object.values(evidence);
  return outcome === 'held' && figures.length > 0 && (evidence.issued === 0 || figures.every((figure) => figure === 0));
}
