import { relative } from 'node:path';
import { writeReport } from '../pipeline/write-report.ts';
import { findRun } from '../record/run-folder.ts';
import { exitCode } from '../system/exit-code.ts';
import { combinedFolder } from './combined-folder.ts';
import type { CommandContext } from './context.ts';

export interface ReportRunsOptions {
  readonly runs: readonly string[];
  readonly reportsFolder: string;
  /** Null: the run's own folder, or a folder of its own for several runs. */
  readonly outputFolder: string | null;
  readonly formats: readonly string[];
  readonly lang: 'ko' | 'en';
}

/** `loadkit report`: from the records alone, so it needs no tool and no network. Prints the paths to stdout. */
export async function reportRuns(options: ReportRunsOptions, context: CommandContext): Promise<number> {
  const runs = await Promise.all(
    options.runs.map(async (reference) => {
      const folder = await findRun(options.reportsFolder, reference);
      return { folder, record: await folder.read() };
    }),
  );
  const [first] = runs;
  const own = runs.length === 1 && first !== undefined ? first.folder.path : combinedFolder(runs);
  const files = await writeReport({
    runs,
    lang: options.lang,
    formats: options.formats,
    templatesFolder: context.project.templates,
    outputFolder: options.outputFolder ?? own,
  });
  for (const file of files) context.output.out.write(`${relative(context.cwd, file) || file}\n`);
  return exitCode.ok;
}
