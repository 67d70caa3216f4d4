import type { RunOptions } from '../config/run-options.ts';
import { displayName, type ScenarioFile } from '../config/scenario-file.ts';
import { planRun, type RunPlan } from '../pipeline/plan-run.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { inspectTools, type ToolReport } from '../toolchain/inspect.ts';
import { surveyTools } from '../toolchain/survey.ts';
import type { CommandContext } from './context.ts';
import { searchContext } from './tool-context.ts';

/** `loadkit run --dry-run`: what would be installed, started and sent, and for how long. Starts and writes nothing. */
export async function printDryRun(
  files: readonly ScenarioFile[],
  options: RunOptions,
  context: CommandContext,
  supervisor: Supervisor,
  signal: AbortSignal,
): Promise<number> {
  const { output, environment, clock, cwd } = context;
  const search = searchContext(context, signal);
  const tools = await inspectTools(search);
  for (const line of toolLines(tools)) output.out.write(`${line}\n`);
  const k6 = (await surveyTools(search)).k6.found?.tool ?? null;
  for (const file of files) {
    if (k6 === null) {
      output.out.write(`\n${file.name}: what it sends is known once k6 is installed (loadkit setup)\n`);
      continue;
    }
    const plan = await planRun(file, options, {
      k6,
      supervisor,
      clock,
      env: environment.forChildren,
      lookup: environment.lookup,
      displayFile: displayName(file.file, cwd, context.project.root),
      signal,
    });
    for (const line of planLines(plan, options)) output.out.write(`${line}\n`);
  }
  return exitCode.ok;
}

function toolLines(tools: readonly ToolReport[]): string[] {
  return ['Tools', ...tools.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`)];
}

function planLines({ scenario, service, gates }: RunPlan, options: RunOptions): string[] {
  const pairs = (table: Readonly<Record<string, string>>) =>
    Object.entries(table)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ') || 'defaults';
  return [
    '',
    `${scenario.name} (${scenario.file})`,
    ...(service === null
      ? ['  starts   nothing: the script names no service']
      : [
          `  starts   ${[...service.manifest.needs, ...service.manifest.processes.map(({ name }) => name)].join(', ')} on 127.0.0.1, free ports`,
          `  settings ${pairs(service.settings)}`,
          `  fixture  ${pairs(service.fixture)}`,
          `  warm-up  ${options.warmup ? 'yes, then the fixture is put back' : 'no'}`,
        ]),
    `  load     ${scenario.shape} (${scenario.model} model, seed ${scenario.seed ?? '-'})`,
    `  sends    ${scenario.endpoints.map(({ label }) => label).join(', ')}`,
    `  for      at most ${Math.round(scenario.plannedMs / 1000)} s of load, ${Math.round(options.drainLimitMs / 1000)} s for the backlog`,
    `  gates    ${gates.length} over the probes, k6's thresholds beside them`,
    `  writes   ${options.reportsFolder}`,
  ];
}
