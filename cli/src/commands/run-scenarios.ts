import { join } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import { findScenario } from '../config/scenario-file.ts';
import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { checkReportsFolder } from '../record/run-folder.ts';
import type { CommandContext } from './context.ts';
import { printDryRun } from './dry-run.ts';
import { tellGithub } from './github-job.ts';
import { planNotices } from './plan-notices.ts';
import { repeatCommand } from './repeat-command.ts';
import { prepareRuns } from './run-preparation.ts';
import { writeReports } from './run-reports.ts';
import { printResult } from './run-result.ts';
import { executeInView, inRunSession } from './run-session.ts';
import { optionsOfRuns } from './variant.ts';
import { worstVerdict } from './worst-verdict.ts';

/** `loadkit run`: plans every scenario first, then runs them one after the other. Returns the worst exit code. */
export async function runScenarios(options: RunOptions, context: CommandContext): Promise<number> {
  const { project, output, cwd } = context;
  const files = options.scenarios.map((name) => findScenario(name, [join(cwd, 'scenarios'), project.scenarios], cwd));
  if (!options.dryRun) await checkReportsFolder(options.reportsFolder);

  return inRunSession(context, { onInterrupt: 'ending the run', graceMs: 3_000 }, async (session) => {
    const { supervisor, interrupt, notice } = session;
    if (options.dryRun) return printDryRun(files, options, context, supervisor, interrupt.signal);
    const wanted = files.flatMap((file) => optionsOfRuns(options).map((own) => ({ file, options: own })));
    const prepared = await prepareRuns(wanted, options, { command: context, supervisor, signal: interrupt.signal });
    for (const line of planNotices(prepared, project.templates)) notice.say(line);
    const runs: EvaluatedRun[] = [];
    for (const one of prepared) {
      if (interrupt.signal.aborted) break;
      const command = repeatCommand(one.plan, one.options);
      runs.push(await executeInView({ ...one, drill: null, command, title: one.plan.scenario.name }, session));
    }
    const { files: reports, report } = await writeReports(runs, options, session);
    printResult(runs, reports, options, output, { cwd, templatesFolder: project.templates });
    if (report !== null) await tellGithub(report, context);
    return worstVerdict(runs);
  });
}
