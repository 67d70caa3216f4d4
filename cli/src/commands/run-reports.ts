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
  /** The last that was written, of all runs together where there are several; null when it could not be made. */
  readonly report: Report | null;
}

type Recorded = Pick<EvaluatedRun, 'folder' | 'record'>;

interface ReportSession {
  readonly context: CommandContext;
  readonly notice: Notice;
}

/** One report per run in its own folder; several runs also get one together. The last file of a kind is the one to open. */
export async function writeReports(
  runs: readonly EvaluatedRun[],
  options: Pick<RunOptions, 'lang'>,
  session: ReportSession,
): Promise<WrittenReports> {
  const files: string[] = [];
  let report: Report | null = null;
  for (const run of runs) {
    const written = await writeOne([run], run.folder.path, options, session);
    report = written.report;
    files.push(...written.files);
  }
  if (runs.length < 2) return { files, report };
  const joined = await writeJoined(runs, options, session);
  return { files: [...files, ...joined.files], report: joined.report };
}

/** One report of several runs together, in a folder of its own. */
export async function writeJoined(
  runs: readonly Recorded[],
  options: Pick<RunOptions, 'lang'>,
  session: ReportSession,
): Promise<WrittenReports> {
  return writeOne(runs, combinedFolder(runs), options, session);
}

async function writeOne(
  runs: readonly Recorded[],
  outputFolder: string,
  { lang }: Pick<RunOptions, 'lang'>,
  { context, notice }: ReportSession,
): Promise<WrittenReports> {
  const { templates: templatesFolder, version } = context.project;
  try {
    const report = await makeReport({ runs, lang, templatesFolder, version, outputFolder });
    const onNotice = (text: string) => notice.say(text);
    return { files: await writeReport({ report, formats, outputFolder, onNotice }), report };
  } catch (error) {
    // A report that cannot be made must not cost the run its verdict: the record stands, the report can be made again.
    printError(error, context.output);
    return { files: [], report: null };
  }
}

export function endAtOnce(supervisor: Supervisor): void {
  void supervisor.close({ graceMs: 0 }).finally(() => process.exit(exitCode.interrupted));
}
