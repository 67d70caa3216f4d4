/** One percent of the amount, rounded down: points are whole. */
export function pointsFor(amount: number): number {
  return Math.floor(amount / 100);
}
