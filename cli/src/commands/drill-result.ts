import Table from 'cli-table3';
import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { type Assessment, type Drill, recoveryOf } from '../record/drill.ts';
import type { CommandContext } from './context.ts';
import type { DrillOptions } from './drill-options.ts';
import { plainTable } from './plain-table.ts';
import { shown } from './run-result.ts';
import { worstVerdict } from './worst-verdict.ts';

/** The last lines on stdout: a line for each drill; with `--json` the same as JSON. */
export function printDrills(
  runs: ReadonlyArray<Pick<EvaluatedRun, 'record'>>,
  files: readonly string[],
  { json }: DrillOptions,
  { output, cwd }: CommandContext,
): void {
  if (json) {
    const drills = runs.map(({ record }) => ({
      id: record.id,
      status: record.status,
      verdict: record.judgement?.verdict ?? null,
      errors: record.errors,
      drill: record.drill,
    }));
    output.out.write(`${JSON.stringify({ exitCode: worstVerdict(runs), drills, reports: files }, null, 2)}\n`);
    return;
  }
  const table = new Table(plainTable(['fault', 'level', 'noticed after', 'by', 'repaired after', 'lost', 'record']));
  for (const { record } of runs) {
    const { drill } = record;
    if (drill === null) continue;
    table.push([drill.fault, ...figuresOf(drill), record.id]);
  }
  output.out.write(`${table.toString()}\n`);
  for (const { record } of runs) {
    for (const { message, hint } of record.errors) {
      output.out.write(`${record.id}: ${message}${hint === null ? '' : ` (${hint})`}\n`);
    }
    for (const { id } of record.drill?.assessment?.doubts ?? [])
      output.out.write(`${record.id}: not to be trusted: ${id}\n`);
  }
  for (const file of files.filter((path) => path.endsWith('.html'))) {
    output.out.write(`report  ${shown(file, cwd)}\n`);
  }
}

function figuresOf({ assessment }: Drill): string[] {
  if (assessment === null) return ['not measured', '-', '-', '-', '-'];
  const { level, ttdMs, ttrMs, signal, damage, moments, doubts } = assessment;
  if (doubts.length > 0) return [level, '-', '-', '-', '-'];
  const felt = moments.impactAt !== null;
  const span = (ms: number | null, not: string) =>
    ms === null ? (felt ? not : 'not felt') : `${(ms / 1_000).toFixed(1)} s`;
  return [
    level,
    span(ttdMs, 'not noticed'),
    signal ?? '-',
    `${span(ttrMs, 'not repaired')}${lastOf(assessment)}`,
    damage === null ? '-' : `${damage.lost} of ${damage.offered}`,
  ];
}

/** ` (data)`: what was the last to be well again, or was not; nothing where that is the answers. */
function lastOf(assessment: Assessment): string {
  const { by } = recoveryOf(assessment);
  return by.every((name) => name === 'answers') ? '' : ` (${by.join(', ')})`;
}
