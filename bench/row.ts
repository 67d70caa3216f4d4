/** One line of the table: `value` of A over B, of interleaved pairs in one run. */
export interface BenchRow {
  readonly name: string;
  /** What the ratio compares: `A / B`. */
  readonly compares: string;
  /** One ratio per pair; empty when it was not run. */
  readonly ratios: readonly number[];
  /** Absolute medians for orientation: they are this machine's at this moment. */
  readonly absolute: string;
  /** Why it was not run. */
  readonly notRun?: string;
}

export interface Bench {
  readonly name: string;
  run(): Promise<BenchRow>;
}

/** A B B A: a drift of the machine falls on both alike. */
export async function interleaved(
  pairs: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ ratios: number[]; a: number[]; b: number[] }> {
  const result = { ratios: [] as number[], a: [] as number[], b: [] as number[] };
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

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
