import { type BenchRow, median } from './row.ts';

const head = ['BENCH', 'MEDIAN', 'MIN–MAX', 'PAIRS', 'A / B', 'MEDIANS OF A / B'];

/** The rows under a head, each column as wide as its widest cell; a row that was not run says why. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellsOf({ name, compares, ratios, absolute, notRun }: BenchRow): string[] {
  if (notRun !== undefined) return [name, '—', '', '0', compares, `not run: ${notRun}`];
  const { middle, least, most } = spread(ratios);
  return [
    name,
    middle.toFixed(2),
    `[${least.toFixed(2)}–${most.toFixed(2)}]`,
    String(ratios.length),
    compares,
    absolute,
  ];
}

/** Of at least one ratio. */
export function spread(ratios: readonly number[]): { middle: number; least: number; most: number } {
  return { middle: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
