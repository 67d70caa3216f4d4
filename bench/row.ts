/** One line of the table: cost of A over cost of B, of interleaved pairs in one run. */
export interface BenchRow {
  readonly name: string;
  /** What the ratio compares: `A / B`. */
  readonly compares: string;
  /** One ratio per pair; empty when it was not run. */
  readonly ratios: readonly number[];
  /** Absolute medians of A and B with their unit, for orientation: they are this machine's at this moment. */
  readonly absolute: string;
  /** What was to be reached. */
  readonly reach?: Reach;
  /** Why it was not run. */
  readonly notRun?: string;
}

interface Reach {
  readonly goal: string;
  readonly met: boolean;
}

/** `full`: as long and as often as the published table wants it. */
export type Extent = 'short' | 'full';

export interface Bench {
  /** What `--only` takes. */
  readonly name: string;
  run(extent: Extent): Promise<BenchRow[]>;
}

export interface Pairs {
  readonly ratios: number[];
  readonly a: number[];
  readonly b: number[];
}

/** A B B A: a drift of the machine falls on both alike. */
export async function interleaved(
  pairs: number,
  a: () => Promise<number> | number,
  b: () => Promise<number> | number,
): Promise<Pairs> {
  const result: Pairs = { ratios: [], a: [], b: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = pair % 2 === 0;
    const one = await (first ? a() : b());
    const two = await (first ? b() : a());
    const [left, right] = first ? [one, two] : [two, one];
    result.a.push(left);
    result.b.push(right);
    result.ratios.push(left / right);
  }
  return result;
}

export function notRun(name: string, compares: string, reason: string): BenchRow {
  return { name, compares, ratios: [], absolute: '', notRun: reason };
}

/** The middle value, or the mean of the two in the middle; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const half = (sorted.length - 1) / 2;
  const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(half)], sorted[Math.ceil(half)]];
  return (below + above) / 2;
}
