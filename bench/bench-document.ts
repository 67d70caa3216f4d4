import { readFile, writeFile } from 'node:fs/promises';
import type { BenchRow } from './row.ts';
import { spread } from './table.ts';

/** Where and when rows were made. */
interface Surroundings {
  readonly cpu: string;
  readonly processors: number;
  readonly node: string;
  /** ISO 8601. */
  readonly date: string;
  /** Load average of a minute before the bench. */
  readonly load: number;
}

/**
 * Writes the rows of a bench into a Markdown file, between `<!-- bench NAME -->` and `<!-- end NAME -->`. What people
 * wrote around it stays. Throws when the file has no such place.
 */
export async function benchDocument(
  file: string,
  bench: string,
  rows: readonly BenchRow[],
  surroundings: Surroundings,
): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- bench ${bench} -->`, `<!-- end ${bench} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place "${begin}" … "${end}"`);
  const filled = `${begin}\n\n${tableOf(rows)}\n${madeBy(surroundings)}\n\n`;
  await writeFile(file, `${text.slice(0, from)}${filled}${text.slice(to)}`);
}

function tableOf(rows: readonly BenchRow[]): string {
  const head = [
    '| bench | compares | median | min–max | n | medians of A / B | goal |',
    '|---|---|---|---|---|---|---|',
  ];
  return [...head, ...rows.map((row) => `| ${cellsOf(row).map(escaped).join(' | ')} |`), ''].join('\n');
}

function cellsOf({ name, compares, ratios, absolute, reach, notRun }: BenchRow): string[] {
  if (notRun !== undefined) return [name, compares, '–', '–', '0', `not run: ${notRun}`, ''];
  const { middle, least, most } = spread(ratios);
  const goal = reach === undefined ? '' : `${reach.goal}: ${reach.met ? 'met' : '**not met**'}`;
  const range = `${least.toFixed(2)}–${most.toFixed(2)}`;
  return [name, compares, middle.toFixed(2), range, String(ratios.length), absolute, goal];
}

function madeBy({ cpu, processors, node, date, load }: Surroundings): string {
  return `${date.slice(0, 10)}, ${cpu}, ${processors} processors, Node ${node}, load average ${load.toFixed(1)} before it.`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
