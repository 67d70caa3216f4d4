import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import { displayName, findScenario } from '../config/scenario-file.ts';
import { type EvaluatedRun, executeRun } from '../pipeline/execute-run.ts';
import { planRun, type RunPlan } from '../pipeline/plan-run.ts';
import { writeReport } from '../pipeline/write-report.ts';
import { checkReportsFolder } from '../record/run-folder.ts';
import { exitCode, worstExitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { Toolchain } from '../system/tool.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import { resolveToolchain } from '../toolchain/resolve.ts';
import { combinedFolder } from './combined-folder.ts';
import type { CommandContext } from './context.ts';
import { printDryRun } from './dry-run.ts';
import { printError } from './error-output.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { createLiveView } from './live-view.ts';
import { createNotice, type Notice } from './notice.ts';
import { printResult } from './run-result.ts';
import { installContext } from './tool-context.ts';

/** `loadkit run`: plans every scenario first, then runs them one after the other. Returns the worst exit code. */
export async function runScenarios(options: RunOptions, context: CommandContext): Promise<number> {
  const { environment, project, output, clock, cwd } = context;
  const files = options.scenarios.map((name) => findScenario(name, [join(cwd, 'scenarios'), project.scenarios], cwd));
  if (!options.dryRun) await checkReportsFolder(options.reportsFolder);

  const notice = createNotice(output.err);
  const interrupt = listenForInterrupt((name) => notice.say(`${name}: ending the run; once more ends it at once`));
  const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock });
  interrupt.onSecond(() => endAtOnce(supervisor));
  try {
    if (options.dryRun) return await printDryRun(files, options, context, supervisor, interrupt.signal);
    const toolchain = await resolveToolchain(installContext(context, supervisor, interrupt.signal, options.quiet), {
      install: options.install,
    });
    const plans: RunPlan[] = [];
    for (const file of files) {
      plans.push(
        await planRun(file, options, {
          k6: toolchain.k6,
          supervisor,
          clock,
          env: environment.forChildren,
          lookup: environment.lookup,
          displayFile: displayName(file.file, cwd, project.root),
          signal: interrupt.signal,
        }),
      );
    }
    const runs: EvaluatedRun[] = [];
    for (const plan of plans) {
      if (interrupt.signal.aborted) break;
      runs.push(await runOne(plan, { options, context, toolchain, supervisor, interrupt, notice }));
    }
    const reports = await writeReports(runs, options, context);
    printResult(runs, reports, options, output, { cwd, templatesFolder: project.templates });
    return worstExitCode(runs.map(({ record }) => record.judgement?.verdict.exitCode ?? exitCode.internal));
  } finally {
    await supervisor.close({ graceMs: 3_000 });
    interrupt.release();
  }
}

interface OneRun {
  readonly options: RunOptions;
  readonly context: CommandContext;
  readonly toolchain: Toolchain;
  readonly supervisor: Supervisor;
  readonly interrupt: Interrupt;
  readonly notice: Notice;
}

async function runOne(
  plan: RunPlan,
  { options, context, toolchain, supervisor, interrupt, notice }: OneRun,
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
    const run = await executeRun({
      plan,
      options,
      toolchain,
      supervisor,
      clock,
      env: environment.forChildren,
      version: project.version,
      command: repeatCommand(plan, options),
      observer: view,
      onFolder: () => undefined,
      signal: interrupt.signal,
    });
    return run;
  } finally {
    view.stop();
    giveBack();
  }
}

/** One report per run in its own folder; several runs also get one together. The last file of the list is the one to open. */
async function writeReports(
  runs: readonly EvaluatedRun[],
  options: RunOptions,
  context: CommandContext,
): Promise<string[]> {
  const shared = { lang: options.lang, formats: ['md', 'html'], templatesFolder: context.project.templates };
  const written: string[] = [];
  for (const run of runs) {
    written.push(...(await tryReport({ ...shared, runs: [run], outputFolder: run.folder.path }, context)));
  }
  if (runs.length > 1) {
    written.push(...(await tryReport({ ...shared, runs, outputFolder: combinedFolder(runs) }, context)));
  }
  return written;
}

/** A report that cannot be made must not cost the run its verdict: the record stands, the report can be made again. */
async function tryReport(request: Parameters<typeof writeReport>[0], { output }: CommandContext): Promise<string[]> {
  try {
    return await writeReport(request);
  } catch (error) {
    printError(error, output);
    return [];
  }
}

/** The command that repeats a run from its record: everything that shaped it, spelled out. */
function repeatCommand(plan: RunPlan, options: RunOptions): string[] {
  const flag = (name: string, value: string | null) => (value === null ? [] : [name, value]);
  const pairs = (name: string, table: Readonly<Record<string, string>>) =>
    Object.entries(table).flatMap(([key, value]) => [name, `${key}=${value}`]);
  return [
    'loadkit',
    'run',
    plan.scenario.name,
    ...flag('--profile', options.profile),
    ...flag('--vus', options.vus),
    ...flag('--duration', options.duration),
    ...flag('--rate', options.rate),
    ...flag('--iterations', options.iterations),
    '--seed',
    String(options.seed),
    ...pairs('-e', userParameters(plan.scenario.parameters)),
    ...pairs('--set', plan.settings),
    ...pairs('--fixture', options.fixture),
    ...(options.warmup ? [] : ['--no-warmup']),
  ];
}

/** Without the names that the options above stand for; secrets are masked in the record already. */
function userParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith('LOADKIT_')));
}

function endAtOnce(supervisor: Supervisor): void {
  void supervisor.close({ graceMs: 0 }).finally(() => process.exit(exitCode.interrupted));
}
