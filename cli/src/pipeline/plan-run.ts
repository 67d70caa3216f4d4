import { dirname, resolve } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import type { ScenarioFile } from '../config/scenario-file.ts';
import { chooseFixture, chooseSettings } from '../config/service-settings.ts';
import { type Gate, parseGates } from '../judge/gate-expression.ts';
import { type AllowedHost, checkBaseUrl, resolveAllowedHosts } from '../load/allowed-host.ts';
import { inspectScenario, looksForeign } from '../load/k6-inspect.ts';
import type { InspectedScenario, ScenarioParameters } from '../load/load.ts';
import type { Reason } from '../record/run-record.ts';
import type { ServiceManifest } from '../stack/service-manifest.ts';
import { loadServiceManifest } from '../stack/service-manifest-file.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import { refuseAbortOnFail } from './abort-on-fail.ts';
import { noticesOf, refuseUnknownOptions } from './foreign-script.ts';
import { refusedParameter } from './refused-parameter.ts';

/** What will be done, before anything is: all that can be wrong with the request is found here. */
export interface RunPlan extends InspectedScenario {
  readonly file: ScenarioFile;
  readonly parameters: ScenarioParameters;
  /** Null when neither the script nor the user names a service: then nothing is started, reset or counted. */
  readonly service: ServicePlan | null;
  readonly gates: readonly Gate[];
  /** k6 keeps no samples; its thresholds are judged from the series. */
  readonly withoutSummary: boolean;
  /** Hosts beyond the loopback interface that k6 may reach. */
  readonly allowedHosts: readonly AllowedHost[];
  /** What the user should know before the load; the sentences stand in `templates/` as `notice.<id>`. */
  readonly notices: readonly Reason[];
}

export interface ServicePlan {
  /** Of its `loadkit.json`. */
  readonly folder: string;
  readonly manifest: ServiceManifest;
  readonly settings: Readonly<Record<string, string>>;
  readonly fixture: Readonly<Record<string, string>>;
}

export interface PlanContext {
  readonly k6: K6Tool;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly lookup: (name: string) => string | undefined;
  /** Names of k6's own variables that are set and do not reach it. */
  readonly ignoredVariables: readonly string[];
  /** How the record names the script's file. */
  readonly displayFile: string;
  readonly signal: AbortSignal;
}

export async function planRun(file: ScenarioFile, options: RunOptions, context: PlanContext): Promise<RunPlan> {
  const parameters = scenarioParameters(options);
  const allowedHosts = await resolveAllowedHosts(options.allowHosts);
  if (options.external.baseUrl !== null) await checkBaseUrl(options.external.baseUrl, allowedHosts);
  const inspected = await inspectScenario({
    k6: context.k6,
    scriptFile: file.file,
    name: file.name,
    displayFile: context.displayFile,
    parameters,
    baseUrl: baseUrlOfForeign(options),
    strict: options.strict,
    env: context.env,
    supervisor: context.supervisor,
    clock: context.clock,
    signal: context.signal,
  }).catch(async (error: unknown) => {
    throw await loadingFailed(error, file, options, parameters);
  });
  refuseUnknownOptions(file, inspected.scenario.foreign, options);
  if (!options.k6Summary) refuseAbortOnFail(inspected.scenario);
  const { env, ignoredVariables } = context;
  return {
    ...inspected,
    file,
    parameters,
    service: await planService(file, inspected, options, context),
    gates: parseGates(inspected.extension.thresholds),
    withoutSummary: !options.k6Summary,
    allowedHosts,
    notices: await noticesOf(inspected, { env, ignoredVariables, allowedHosts, withoutSummary: !options.k6Summary }),
  };
}

/** A script that is not ours gets a `BASE_URL` only from a service that was named; its port is not known yet. */
function baseUrlOfForeign({ external, service }: RunOptions): string | null {
  return external.baseUrl ?? (service === null ? null : 'http://127.0.0.1:1');
}

/** Why k6 cannot load a script may be what the user typed for it. */
async function loadingFailed(
  error: unknown,
  file: ScenarioFile,
  options: RunOptions,
  parameters: ScenarioParameters,
): Promise<unknown> {
  if (!(error instanceof LoadkitError) || error.code !== 'script-failed') return error;
  const foreign = await looksForeign(file.file);
  refuseUnknownOptions(file, foreign, options);
  return foreign ? error : (refusedParameter(error, parameters) ?? error);
}

async function planService(
  file: ScenarioFile,
  { extension }: InspectedScenario,
  options: RunOptions,
  { lookup }: PlanContext,
): Promise<ServicePlan | null> {
  const named = extension.service === null ? null : resolve(dirname(file.file), extension.service);
  const folder = options.service ?? named;
  if (folder === null) {
    refuseServiceOptions(file, options);
    return null;
  }
  const manifest = await loadServiceManifest(folder);
  return {
    folder,
    manifest,
    settings: chooseSettings(manifest.settings, options.set, lookup),
    fixture: chooseFixture(manifest.fixture, extension.fixture, options.fixture),
  };
}

/** What is set of a service that nobody named would silently do nothing. */
function refuseServiceOptions(file: ScenarioFile, { set, fixture }: RunOptions): void {
  const given = Object.keys(set).length > 0 ? '--set' : Object.keys(fixture).length > 0 ? '--fixture' : null;
  if (given === null) return;
  throw new LoadkitError('service-unknown', `${given}: ${file.file} does not say which service it loads`, {
    hint: "name the folder of the service's loadkit.json with --service, or in options.ext.loadkit.service of the script",
    exitCode: exitCode.usage,
  });
}

function scenarioParameters(options: RunOptions): ScenarioParameters {
  const { profile, vus, duration, rate, iterations, stages, seed, env } = options;
  return { profile, vus, duration, rate, iterations, stages, seed, env };
}
