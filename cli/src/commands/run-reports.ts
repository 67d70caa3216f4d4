import type { RunOptions } from '../config/run-options.ts';
import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { makeReport, type Report, writeReport } from '../pipeline/write-report.ts';
import { formats } from '../report/format.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { combinedFolder } from './combined-folder.ts';
import type { CommandContext } from './context.ts';
import { printError } from './error-output.ts';
import type { Notice } from './notice.ts';

interface WrittenReports {
  readonly files: readonly string[];
  /** Of all runs together; null when it could not be made. */
  readonly report: Report | null;
}

/** One report per run in its own folder; several runs also get one together. The last file of a kind is the one to open. */
export async function writeReports(
  runs: readonly EvaluatedRun[],
  options: Pick<RunOptions, 'lang'>,
  { context, notice }: { readonly context: CommandContext; readonly notice: Notice },
): Promise<WrittenReports> {
  const wanted = runs.map((run) => ({ runs: [run], outputFolder: run.folder.path }));
  if (runs.length > 1) wanted.push({ runs: [...runs], outputFolder: combinedFolder(runs) });
  const { templates: templatesFolder, version } = context.project;
  const shared = { lang: options.lang, templatesFolder, version };
  const files: string[] = [];
  let report: Report | null = null;
  for (const { runs: own, outputFolder } of wanted) {
    try {
      report = await makeReport({ ...shared, runs: own });
      files.push(...(await writeReport({ report, formats, outputFolder, onNotice: (text) => notice.say(text) })));
    } catch (error) {
      // A report that cannot be made must not cost the run its verdict: the record stands, the report can be made again.
      printError(error, context.output);
    }
  }
  return { files, report };
}

export function endAtOnce(supervisor: Supervisor): void {
  void supervisor.close({ graceMs: 0 }).finally(() => process.exit(exitCode.interrupted));
}
