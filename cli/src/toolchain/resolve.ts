import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Toolchain, ToolName } from '../system/tool.ts';
import type { InstallContext, SearchContext } from './context.ts';
import { type InstallPlan, installTool, planInstall } from './install-plan.ts';
import { manualLine, neededVersion, titleOf } from './manual-install.ts';
import { foundTools, missingTools, type Survey, surveyTools } from './survey.ts';

/** What is wrong with one tool, and the line that brings it. */
interface Lack {
  readonly tool: ToolName | 'java';
  readonly reason: string;
}

export interface ResolveOptions<Name extends ToolName> {
  readonly install: boolean;
  readonly tools: readonly Name[];
  /** Of a moment ago, to spare another. */
  readonly survey?: Survey;
}

/**
 * Finds the named tools (Kafka with its Java); installs what is missing into the cache.
 *
 * @throws LoadkitError `tool-setting` (2) for an explicit setting that does not work; `tool-missing` (93) naming every
 * missing tool with the line that brings it, when `install` is false or an install is not possible or failed
 */
export async function resolveToolchain<Name extends ToolName>(
  context: InstallContext,
  { install, tools, survey: known }: ResolveOptions<Name>,
): Promise<Pick<Toolchain, Name>> {
  const survey = known ?? (await surveyTools(context));
  refuseBrokenSettings(survey);
  tellRejected(survey, context);
  const missing = missingTools(survey, tools);
  const found = pick(foundTools(survey), tools);
  if (found !== undefined) return found;

  if (!install) {
    throw await toolsMissing(missing.map(notFound(survey)), context, '`loadkit setup` installs what it can; by hand:');
  }
  if (lacksOnlyJava(survey, tools)) throw await toolsMissing(missing.map(notFound(survey)), context);
  await installTools(context, missing);

  const after = pick(markInstalled(foundTools(await surveyTools(context)), missing), tools);
  if (after === undefined) throw await toolsMissing(missing.map(notFound(survey)), context);
  return after;
}

/** Undefined when one of them is missing. */
function pick<Name extends ToolName>(
  found: Partial<Toolchain>,
  tools: readonly Name[],
): Pick<Toolchain, Name> | undefined {
  const isWhole = (some: Partial<Toolchain>): some is Pick<Toolchain, Name> =>
    tools.every((name) => some[name] !== undefined);
  return isWhole(found) ? found : undefined;
}

/**
 * Installs the named tools into the cache, all at once; one that is there already is left alone.
 * Nothing is started when one of them cannot be installed here.
 */
export async function installTools(context: InstallContext, tools: readonly ToolName[]): Promise<void> {
  const plans = await Promise.all(tools.map(async (tool) => ({ tool, plan: await planInstall(tool, context) })));
  const impossible = plans.flatMap(({ tool, plan }) => (plan.possible ? [] : [{ tool, reason: plan.reason }]));
  if (impossible.length > 0) throw await toolsMissing(impossible, context);
  for (const { tool, plan } of plans) context.onProgress(planLine(tool, plan));

  const results = await Promise.allSettled(tools.map((tool) => installTool(tool, context)));
  context.signal.throwIfAborted();
  const failures = results.flatMap((result, index) => {
    const tool = tools[index];
    return result.status === 'fulfilled' || tool === undefined ? [] : [{ tool, error: result.reason }];
  });
  const unexpected = failures.find(
    ({ error }) => !(error instanceof LoadkitError) || error.code === 'cache-unwritable',
  );
  if (unexpected !== undefined) throw unexpected.error;
  if (failures.length > 0) {
    throw await toolsMissing(
      failures.map(({ tool, error }) => ({ tool, reason: reasonOf(error) })),
      context,
      'With a network `loadkit setup` tries again; by hand:',
    );
  }
}

/** `k6: build go.k6.io/k6/v2 v2.2.0 with Go 1.26.8 (88 MB to download, 47 MB on disk, 1–3 min)` */
export function planLine(tool: ToolName, plan: InstallPlan): string {
  if (!plan.possible) return `${titleOf[tool]}: ${plan.reason}`;
  const sizes = [
    plan.downloadBytes === null ? undefined : `${megabytes(plan.downloadBytes)} to download`,
    plan.diskBytes === null ? undefined : `${megabytes(plan.diskBytes)} on disk`,
    plan.duration,
  ];
  return `${titleOf[tool]}: ${plan.what} (${sizes.filter((size) => size !== undefined).join(', ')})`;
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000_000))} MB`;
}

export function refuseBrokenSettings(survey: Survey): void {
  const broken = Object.values(survey).flatMap((search) =>
    search.brokenSetting === null ? [] : [search.brokenSetting],
  );
  if (broken.length === 0) return;
  const lines = broken.map(({ setting, where, reason }) => `${setting}=${where}: ${reason}`);
  throw new LoadkitError('tool-setting', lines.join('\n'), {
    hint: 'Correct the setting, or leave it out: then the PATH and the cache are searched.',
    exitCode: exitCode.usage,
  });
}

function tellRejected(survey: Survey, { onProgress }: InstallContext): void {
  for (const search of Object.values(survey)) {
    for (const { where, reason } of search.rejected) onProgress(`passed over ${where}: ${reason}`);
  }
}

function notFound(survey: Survey): (tool: ToolName) => Lack {
  return (tool) => {
    const first = survey[tool].rejected[0];
    if (lacksOnlyJava(survey, [tool])) return { tool: 'java', reason: 'not found; it runs Kafka' };
    return { tool, reason: first === undefined ? 'not found' : `${first.where}: ${first.reason}` };
  };
}

/** Kafka is here, and nothing that we install would help it. */
function lacksOnlyJava({ kafka, java }: Survey, wanted: readonly ToolName[]): boolean {
  return wanted.includes('kafka') && kafka.found !== null && java.found === null;
}

async function toolsMissing(lacks: readonly Lack[], context: SearchContext, first?: string): Promise<LoadkitError> {
  const lines = await Promise.all(
    lacks.map(async ({ tool }) => `${titleOf[tool]}: ${await manualLine(tool, context)}`),
  );
  const hint = [
    ...(first === undefined ? [] : [first]),
    ...lines,
    ...(context.platform === 'darwin'
      ? ['On macOS loadkit uses what is on the PATH, or Docker; it installs nothing.']
      : []),
  ];
  const said = lacks.map(({ tool, reason }) => `${titleOf[tool]} (${neededVersion[tool]}): ${reason}`);
  return new LoadkitError('tool-missing', said.join('\n'), { hint: hint.join('\n'), exitCode: exitCode.unreachable });
}

/** A failed step's last lines say more than that it failed. */
function reasonOf(error: unknown): string {
  const said = error instanceof LoadkitError ? error.hint?.trim().split('\n') : undefined;
  return said === undefined || said.length === 0
    ? messageOf(error)
    : `${messageOf(error)}\n${said.map((line) => `    ${line}`).join('\n')}`;
}

function markInstalled(
  { k6, redis, mysql, kafka, toxiproxy }: Partial<Toolchain>,
  installed: readonly ToolName[],
): Partial<Toolchain> {
  const source = (tool: ToolName) => (installed.includes(tool) ? { source: 'installed' as const } : {});
  return {
    ...(k6 === undefined ? {} : { k6: { ...k6, ...source('k6') } }),
    ...(redis === undefined ? {} : { redis: { ...redis, ...source('redis') } }),
    ...(mysql === undefined ? {} : { mysql: { ...mysql, ...source('mysql') } }),
    ...(kafka === undefined ? {} : { kafka: { ...kafka, ...source('kafka') } }),
    ...(toxiproxy === undefined ? {} : { toxiproxy: { ...toxiproxy, ...source('toxiproxy') } }),
  };
}
