import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import { findScenario } from '../config/scenario-file.ts';
import { type EvaluatedRun, executeRun } from '../pipeline/execute-run.ts';
import { checkReportsFolder } from '../record/run-folder.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import type { CommandContext } from './context.ts';
import { printDryRun } from './dry-run.ts';
import { tellGithub } from './github-job.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { createLiveView } from './live-view.ts';
import { createNotice, type Notice } from './notice.ts';
import { planNotices } from './plan-notices.ts';
import { repeatCommand } from './repeat-command.ts';
import { type PreparedRun, prepareRuns } from './run-preparation.ts';
import { endAtOnce, writeReports } from './run-reports.ts';
import { printResult } from './run-result.ts';
import { optionsOfRuns } from './variant.ts';
import { worstVerdict } from './worst-verdict.ts';

/** `loadkit run`: plans every scenario first, then runs them one after the other. Returns the worst exit code. */
export async function runScenarios(options: RunOptions, context: CommandContext): Promise<number> {
  const { project, output, clock, cwd } = context;
  const files = options.scenarios.map((name) => findScenario(name, [join(cwd, 'scenarios'), project.scenarios], cwd));
  if (!options.dryRun) await checkReportsFolder(options.reportsFolder);

  const notice = createNotice(output.err);
  const interrupt = listenForInterrupt((name) => notice.say(`${name}: ending the run; once more ends it at once`));
  const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock });
  interrupt.onSecond(() => endAtOnce(supervisor));
  try {
    if (options.dryRun) return await printDryRun(files, options, context, supervisor, interrupt.signal);
    const wanted = files.flatMap((file) => optionsOfRuns(options).map((own) => ({ file, options: own })));
    const prepared = await prepareRuns(wanted, options, { command: context, supervisor, signal: interrupt.signal });
    for (const line of planNotices(prepared, project.templates)) notice.say(line);
    const runs: EvaluatedRun[] = [];
    for (const one of prepared) {
      if (interrupt.signal.aborted) break;
      runs.push(await runOne(one, { context, supervisor, interrupt, notice }));
    }
    const { files: reports, report } = await writeReports(runs, options, { context, notice });
    printResult(runs, reports, options, output, { cwd, templatesFolder: project.templates });
    if (report !== null) await tellGithub(report, context);
    return worstVerdict(runs);
  } finally {
    await supervisor.close({ graceMs: 3_000 });
    interrupt.release();
  }
}

interface OneRun {
  readonly context: CommandContext;
  readonly supervisor: Supervisor;
  readonly interrupt: Interrupt;
  readonly notice: Notice;
}

async function runOne(
  { plan, options, k6, openStack }: PreparedRun,
  { context, supervisor, interrupt, notice }: OneRun,
): Promise<EvaluatedRun> {
  const { environment, project, output, clock } = context;
  const view = createLiveView({
    stream: output.err,
    isTty: output.err.isTTY === true && !environment.dumbTerminal,
    color: output.color,
    quiet: options.quiet,
    clock,
    title: plan.scenario.name,
  });
  const giveBack = notice.through((text) => view.note(text));
  try {
    return await executeRun({
      plan,
      drill: null,
      options,
      k6,
      openStack,
      supervisor,
      clock,
      env: environment.forChildren,
      version: project.version,
      command: repeatCommand(plan, options),
      observer: view,
      onFolder: () => undefined,
      signal: interrupt.signal,
    });
  } finally {
    view.stop();
    giveBack();
  }
}
