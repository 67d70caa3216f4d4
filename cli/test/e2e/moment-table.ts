import { type Outcome, outcomeOf } from './moment-outcome.ts';
import type { Moment } from './moment-plan.ts';
import type { BrokenRun } from './moment-run.ts';

export interface TableRow {
  /** Null for the run that nobody disturbed. */
  readonly moment: Moment | null;
  readonly run: BrokenRun;
  readonly complaints: readonly string[];
}

const heads = [
  ...['#', 'moment', 'phase', 'victim', 'exit', 'verdict', 'load in record (s)', 'invariants', 'report', 'left behind'],
  'complaints',
];

/** The table as Markdown, which reads well on a terminal too. */
export function momentTable(rows: readonly TableRow[], seed: number): string {
  const cells = [heads, ...rows.map(rowCells)];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = cells;
  return [`Seed ${seed}`, '', line(head), rule, ...body.map(line), ''].join('\n');
}

function rowCells({ moment, run, complaints }: TableRow): string[] {
  const { phase, exit, verdict, recorded, invariants }: Outcome = outcomeOf(run);
  const at = moment === null ? '–' : `${(run.killedAfterMs / 1000).toFixed(1)} s`;
  return [
    ...[moment === null ? '0' : `${moment.index}`, at, phase, moment?.victim ?? 'none', exit, verdict, recorded],
    ...[invariants, `${run.reported.exitCode}`, `${run.leftovers.length}`],
    complaints.join('; ').replaceAll('\n', ' ').replaceAll('|', '/').slice(0, 200) || 'none',
  ];
}
