import type { RunOptions } from '../config/run-options.ts';
import { displayName, type ScenarioFile } from '../config/scenario-file.ts';
import { chooseStack, type StackChoice, type StackSurroundings } from '../pipeline/choose-stack.ts';
import { type OpenStack, type StackSource, stackOpener } from '../pipeline/open-stack.ts';
import { planRun, type RunPlan } from '../pipeline/plan-run.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool, StoreTools, ToolName } from '../system/tool.ts';
import { resolveToolchain } from '../toolchain/resolve.ts';
import { type Survey, surveyTools, toolNames } from '../toolchain/survey.ts';
import type { CommandContext } from './context.ts';
import { surroundingsOf } from './stack-surroundings.ts';
import { installContext } from './tool-context.ts';

/** A run that can begin: what is done, with what, and on which stack. */
export interface PreparedRun {
  readonly plan: RunPlan;
  readonly options: RunOptions;
  readonly k6: K6Tool;
  readonly openStack: OpenStack;
}

export interface PreparationContext {
  readonly command: CommandContext;
  readonly supervisor: Supervisor;
  readonly signal: AbortSignal;
  /** Hears where each stack will come from, before anything of it is started or touched; what it throws ends the preparation. */
  readonly onChoice?: (choice: StackChoice) => void;
}

/** What is wanted: a script, with options of its own where variants are compared. */
export interface WantedRun {
  readonly file: ScenarioFile;
  readonly options: RunOptions;
  /** A drill breaks the way to a store: it needs the program that stands there. */
  readonly behindProxy?: boolean;
}

/** Plans every run before the first begins: all that can be wrong with the request is found here. */
export async function prepareRuns(
  wanted: readonly WantedRun[],
  options: RunOptions,
  context: PreparationContext,
): Promise<PreparedRun[]> {
  const { command, supervisor, signal } = context;
  const install = installContext(command, supervisor, signal, options.quiet);
  const survey = await surveyTools(install);
  const surroundings = surroundingsOf(command, signal, install.onProgress);
  const first = await firstTools(wanted, options, survey, surroundings);
  const { k6 } = await resolveToolchain(install, { install: options.install, tools: first, survey });

  const planned: Array<WantedRun & { plan: RunPlan; choice: StackChoice }> = [];
  for (const one of wanted) {
    const plan = await planOne(one, k6, context);
    const choice = await chooseStack(plan.service, one.options, surroundings);
    context.onChoice?.(choice);
    planned.push({ ...one, plan: choice.provider === 'external' ? asItIs(plan) : plan, choice });
  }
  const needs = planned.flatMap(({ plan, choice, behindProxy = false }): ToolName[] =>
    choice.provider === 'local'
      ? [...(plan.service?.manifest.needs ?? []), ...(behindProxy ? (['toxiproxy'] as const) : [])]
      : [],
  );
  const isFresh = first.length > 1 && survey.k6.found === null;
  const toolchain: StoreTools =
    needs.length === 0
      ? {}
      : await resolveToolchain(install, {
          install: options.install,
          tools: [...new Set(needs)],
          ...(isFresh ? {} : { survey }),
        });
  const open = {
    supervisor,
    clock: command.clock,
    env: command.environment.forChildren,
    projectRoot: command.project.root,
  };
  return planned.map(({ plan, options: own, choice }) => ({
    plan,
    options: own,
    k6,
    openStack: stackOpener(sourceOf(choice, own, toolchain), open),
  }));
}

/**
 * Where k6 is here, the plans tell which stores are needed. Where it is not, it is installed beside what a bundled
 * scenario will need on this machine anyway, because one after the other would take minutes longer.
 */
async function firstTools(
  wanted: readonly WantedRun[],
  options: RunOptions,
  { k6 }: Survey,
  { docker }: StackSurroundings,
): Promise<Array<'k6' | ToolName>> {
  const isByName = wanted.some(({ file }) => !file.byPath);
  const maybeLocal = options.stack === 'local' || (options.stack === 'auto' && options.external.baseUrl === null);
  if (k6.found !== null || !isByName || !maybeLocal) return ['k6'];
  return options.stack === 'auto' && 'file' in (await docker()) ? ['k6'] : [...toolNames];
}

/** Settings that come from the environment do not reach a service that runs already. */
function asItIs({ service, ...plan }: RunPlan): RunPlan {
  return { ...plan, service: service === null ? null : { ...service, settings: {}, fixture: {} } };
}

/** What one run would do. */
export async function planOne({ file, options }: WantedRun, k6: K6Tool, context: PreparationContext): Promise<RunPlan> {
  const { command, supervisor, signal } = context;
  const { environment, project, clock, cwd } = command;
  return planRun(file, options, {
    k6,
    supervisor,
    clock,
    env: environment.forChildren,
    lookup: environment.lookup,
    ignoredVariables: environment.ignoredByK6,
    displayFile: displayName(file.file, cwd, project.root),
    signal,
  });
}

function sourceOf(choice: StackChoice, { external: urls }: RunOptions, toolchain: StoreTools): StackSource {
  switch (choice.provider) {
    case 'local':
      return { provider: 'local', toolchain };
    case 'external':
      return { provider: 'external', urls };
    default:
      return choice;
  }
}
