import type { RunOptions } from '../config/run-options.ts';
import type { ScenarioFile } from '../config/scenario-file.ts';
import { chooseStack, type StackChoice } from '../pipeline/choose-stack.ts';
import type { RunPlan, ServicePlan } from '../pipeline/plan-run.ts';
import { exitCode } from '../system/exit-code.ts';
import { maskSecrets } from '../system/secret.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { inspectTools, type ToolReport } from '../toolchain/inspect.ts';
import { surveyTools } from '../toolchain/survey.ts';
import type { CommandContext } from './context.ts';
import { planNotices } from './plan-notices.ts';
import { planOne } from './run-preparation.ts';
import { surroundingsOf } from './stack-surroundings.ts';
import { searchContext } from './tool-context.ts';

/** `loadkit run --dry-run`: what would be installed, started and sent, and for how long. Starts and writes nothing. */
export async function printDryRun(
  files: readonly ScenarioFile[],
  options: RunOptions,
  context: CommandContext,
  supervisor: Supervisor,
  signal: AbortSignal,
): Promise<number> {
  const { output } = context;
  const search = searchContext(context, signal);
  const tools = await inspectTools(search);
  for (const line of toolLines(tools)) output.out.write(`${line}\n`);
  const k6 = (await surveyTools(search)).k6.found?.tool ?? null;
  const surroundings = surroundingsOf(context, signal, (line) => output.err.write(`${line}\n`));
  for (const file of files) {
    if (k6 === null) {
      output.out.write(`\n${file.name}: what it sends is known once k6 is installed (loadkit setup)\n`);
      continue;
    }
    const plan = await planOne({ file, options }, k6, { command: context, supervisor, signal });
    const choice = await chooseStack(plan.service, options, surroundings);
    for (const line of planLines(plan, choice, options)) output.out.write(`${line}\n`);
    for (const line of planNotices([{ plan }], context.project.templates)) output.out.write(`  note     ${line}\n`);
  }
  return exitCode.ok;
}

function toolLines(tools: readonly ToolReport[]): string[] {
  const needed = tools.filter(({ name }) => name !== 'toxiproxy');
  return ['Tools', ...needed.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`)];
}

function planLines(
  { scenario, service, gates, withoutSummary }: RunPlan,
  choice: StackChoice,
  options: RunOptions,
): string[] {
  return [
    '',
    `${scenario.name} (${scenario.file})`,
    ...stackLines(service, choice, options),
    `  load     ${scenario.shape} (${scenario.model} model, seed ${scenario.seed ?? '-'})`,
    `  sends    ${scenario.foreign ? 'what the script asks for' : scenario.endpoints.map(({ label }) => label).join(', ')}`,
    `  for      at most ${Math.round(scenario.plannedMs / 1000)} s of load, ${Math.round(options.drainLimitMs / 1000)} s for the backlog`,
    `  gates    ${gates.length} over the probes, k6's thresholds ${withoutSummary ? 'judged from the series' : 'beside them'}`,
    `  writes   ${options.reportsFolder}`,
  ];
}

function stackLines(service: ServicePlan | null, { provider }: StackChoice, options: RunOptions): string[] {
  if (service === null) return ['  starts   nothing: the script names no service'];
  const { manifest, settings, fixture } = service;
  if (provider === 'external') {
    return [
      `  starts   nothing: ${maskSecrets(options.external.baseUrl ?? '')} is loaded as it is, nothing of it is reset`,
    ];
  }
  const processes = manifest.processes.map(({ name }) => name);
  const where = {
    local: `${[...manifest.needs, ...processes].join(', ')} on 127.0.0.1, free ports`,
    docker: `${manifest.needs.join(', ')} in containers, ${processes.join(', ')} on 127.0.0.1, free ports`,
    running: 'nothing: the stack that is up is used, its fixture put back',
  };
  return [
    `  starts   ${where[provider]}`,
    `  settings ${pairs(settings)}`,
    `  fixture  ${pairs(fixture)}`,
    `  warm-up  ${options.warmup ? 'yes, then the fixture is put back' : 'no'}`,
  ];
}

function pairs(table: Readonly<Record<string, string>>): string {
  const all = Object.entries(table).map(([key, value]) => `${key}=${value}`);
  return all.join(' ') || 'defaults';
}
