import { relative } from 'node:path';
import { makeReport, renderReport, writeReport } from '../pipeline/write-report.ts';
import { findRun } from '../record/run-folder.ts';
import { type Format, fileNames } from '../report/format.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { combinedFolder } from './combined-folder.ts';
import type { CommandContext } from './context.ts';
import { openPage } from './page-opener.ts';

export interface ReportRunsOptions {
  readonly runs: readonly string[];
  readonly reportsFolder: string;
  /** Null: the run's own folder, or a folder of its own for several runs. */
  readonly outputFolder: string | null;
  /** Print the one format to stdout and write nothing. */
  readonly toStdout: boolean;
  readonly formats: readonly Format[];
  readonly lang: 'ko' | 'en';
  /** Open the page with the system's opener. */
  readonly open: boolean;
}

/** `loadkit report`: from the records alone, so it needs no tool and no network. Prints the paths to stdout. */
export async function reportRuns(options: ReportRunsOptions, context: CommandContext): Promise<number> {
  const { formats, toStdout } = options;
  const { output, project, cwd } = context;
  refuseContradictions(options);
  const runs = await Promise.all(
    options.runs.map(async (reference) => {
      const folder = await findRun(options.reportsFolder, reference);
      return { folder, record: await folder.read() };
    }),
  );
  const { templates: templatesFolder, version } = project;
  const report = await makeReport({ runs, lang: options.lang, templatesFolder, version });
  if (toStdout) {
    for (const format of formats) output.out.write(renderReport(report, format));
    return exitCode.ok;
  }
  const [first] = runs;
  const own = runs.length === 1 && first !== undefined ? first.folder.path : combinedFolder(runs);
  const files = await writeReport({
    report,
    formats,
    outputFolder: options.outputFolder ?? own,
    onNotice: (text) => output.err.write(`loadkit: ${text}\n`),
  });
  for (const file of files) output.out.write(`${relative(cwd, file) || file}\n`);
  const page = files.find((file) => file.endsWith(fileNames.html));
  if (options.open && page !== undefined) await openPage(page, context);
  return exitCode.ok;
}

function refuseContradictions({ toStdout, formats, open }: ReportRunsOptions): void {
  const wrong = (message: string, hint: string) =>
    new LoadkitError('option-value', message, { hint, exitCode: exitCode.usage });
  if (toStdout && formats.length !== 1) {
    throw wrong(
      `--output -: one format goes to stdout, found ${formats.join(', ')}`,
      'name one, such as --format json',
    );
  }
  if (open && (toStdout || !formats.includes('html'))) {
    throw wrong('--open opens the page, which is not written here', 'add html to --format, and leave --output - out');
  }
}
