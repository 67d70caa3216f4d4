import Table from 'cli-table3';
import { type ListedRun, listRuns } from '../record/run-folder.ts';
import { exitCode } from '../system/exit-code.ts';
import type { CommandContext } from './context.ts';
import { plainTable } from './plain-table.ts';

interface RunListOptions {
  readonly reportsFolder: string;
  readonly json: boolean;
}

/** `loadkit runs`: the newest first; a run that cannot be read is listed with the reason. */
export async function listRecordedRuns(options: RunListOptions, { output }: CommandContext): Promise<number> {
  const runs = await listRuns(options.reportsFolder);
  if (options.json) {
    output.out.write(`${JSON.stringify(runs.map(asJson), null, 2)}\n`);
    return exitCode.ok;
  }
  if (runs.length === 0) {
    output.err.write(`no runs below ${options.reportsFolder}; make one with: loadkit run coupon\n`);
    return exitCode.ok;
  }
  const table = new Table(plainTable(['run', 'status', 'verdict', 'load']));
  for (const run of runs) {
    table.push([
      run.folder.id,
      run.record?.status ?? 'unreadable',
      run.record?.judgement?.verdict.name ?? run.error?.message ?? '-',
      run.record?.scenario?.shape ?? '-',
    ]);
  }
  output.out.write(`${table.toString()}\n`);
  return exitCode.ok;
}

function asJson({ folder, record, error }: ListedRun) {
  return {
    id: folder.id,
    folder: folder.path,
    status: record?.status ?? 'unreadable',
    startedAt: record === null ? null : new Date(record.startedAt).toISOString(),
    scenario: record?.scenario?.name ?? null,
    verdict: record?.judgement?.verdict.name ?? null,
    exitCode: record?.judgement?.verdict.exitCode ?? null,
    error: error?.message ?? null,
  };
}
