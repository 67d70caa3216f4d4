import { relative } from 'node:path';
import { makeReport, renderReport, writeReport } from '../pipeline/write-report.ts';
import { findRun, RunFolder } from '../record/run-folder.ts';
import type { RunRecord } from '../record/run-record.ts';
import { type Format, fileNames } from '../report/format.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { combinedFolder } from './combined-folder.ts';
import type { CommandContext } from './context.ts';
import { DrillBatch } from './drill-batch.ts';
import { openPage } from './page-opener.ts';

export interface ReportRunsOptions {
  readonly runs: readonly string[];
  readonly reportsFolder: string;
  /** Reports folder of a batch, all finished drills of which are joined; null: none. */
  readonly drillsFolder: string | null;
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
  const runs = await recordsOf(options);
  const { templates: templatesFolder, version } = project;
  const [first] = runs;
  const own = runs.length === 1 && first !== undefined ? first.folder.path : combinedFolder(runs);
  const outputFolder = options.outputFolder ?? own;
  const report = await makeReport({
    ...{ runs, lang: options.lang, templatesFolder, version },
    outputFolder: toStdout ? null : outputFolder,
  });
  if (toStdout) {
    for (const format of formats) output.out.write(renderReport(report, format));
    return exitCode.ok;
  }
  const files = await writeReport({
    report,
    formats,
    outputFolder,
    onNotice: (text) => output.err.write(`loadkit: ${text}\n`),
  });
  for (const file of files) output.out.write(`${relative(cwd, file) || file}\n`);
  const page = files.find((file) => file.endsWith(fileNames.html));
  if (options.open && page !== undefined) await openPage(page, context);
  return exitCode.ok;
}

interface Recorded {
  readonly folder: RunFolder;
  readonly record: RunRecord;
}

/** Those that were named, then the drills of the batch, each once. */
async function recordsOf({ runs, reportsFolder, drillsFolder }: ReportRunsOptions): Promise<Recorded[]> {
  const named = await Promise.all(runs.map((reference) => findRun(reportsFolder, reference)));
  const ids = drillsFolder === null ? [] : await DrillBatch.finishedRuns(drillsFolder);
  const drills = ids.map((id) => new RunFolder(drillsFolder ?? reportsFolder, id));
  const folders = new Map([...named, ...drills].map((folder) => [folder.path, folder]));
  return Promise.all([...folders.values()].map(async (folder) => ({ folder, record: await folder.read() })));
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
