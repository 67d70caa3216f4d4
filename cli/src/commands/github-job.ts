import { appendFile, stat } from 'node:fs/promises';
import { type Report, renderReport } from '../pipeline/write-report.ts';
import { annotations } from '../report/renderers/annotation.ts';
import { jobSummary } from '../report/renderers/job-summary.ts';
import { messageOf } from '../system/error.ts';
import type { CommandContext } from './context.ts';

/** GitHub drops the summary of a step that is larger than 1 MiB, whoever wrote into it. */
const mostSummaryBytes = 1024 * 1024;
/** Of what a shell adds afterwards. */
const marginBytes = 16 * 1024;

/**
 * In a job of GitHub Actions: the report without its images at the end of the step's summary, and annotations. These go to
 * stderr, which the runner reads for commands as it reads stdout: there they would stand among results that are piped on.
 * Nothing of it changes the exit code.
 */
export async function tellGithub(report: Report, { environment, output }: CommandContext): Promise<void> {
  const { isJob, summaryFile } = environment.github;
  const { runs, view, sentences } = report;
  if (isJob) {
    for (const line of annotations(runs, view.lang, sentences)) output.err.write(`${line}\n`);
  }
  if (summaryFile === null) return;
  try {
    await appendSummary(report, summaryFile);
  } catch (error) {
    output.err.write(`loadkit: no job summary was written to ${summaryFile}: ${messageOf(error)}\n`);
  }
}

async function appendSummary(report: Report, file: string): Promise<void> {
  const before = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const room = mostSummaryBytes - marginBytes - before;
  const text = jobSummary(renderReport(report, 'md'), room, report.sentences.say('github.shortened'));
  if (text === '') throw new Error(`it holds ${before} bytes already, and GitHub takes ${mostSummaryBytes}`);
  await appendFile(file, `${before > 0 ? '\n' : ''}${text}`);
}
