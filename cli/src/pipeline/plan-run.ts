import { dirname, resolve } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import type { ScenarioFile } from '../config/scenario-file.ts';
import { chooseFixture, chooseSettings } from '../config/service-settings.ts';
import { type Gate, parseGates } from '../judge/gate-expression.ts';
import { inspectScenario } from '../load/k6-inspect.ts';
import type { InspectedScenario, ScenarioParameters } from '../load/load.ts';
import type { ServiceManifest } from '../stack/service-manifest.ts';
import { loadServiceManifest } from '../stack/service-manifest-file.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import { refusedParameter } from './refused-parameter.ts';

/** What will be done, before anything is: all that can be wrong with the request is found here. */
export interface RunPlan extends InspectedScenario {
  readonly file: ScenarioFile;
  readonly parameters: ScenarioParameters;
  readonly manifestFolder: string;
  readonly manifest: ServiceManifest;
  readonly settings: Readonly<Record<string, string>>;
  readonly fixture: Readonly<Record<string, string>>;
  readonly gates: readonly Gate[];
}

export interface PlanContext {
  readonly k6: K6Tool;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly lookup: (name: string) => string | undefined;
  /** How the record names the script's file. */
  readonly displayFile: string;
  readonly signal: AbortSignal;
}

export async function planRun(file: ScenarioFile, options: RunOptions, context: PlanContext): Promise<RunPlan> {
  const parameters = scenarioParameters(options);
  const inspected = await inspectScenario({
    k6: context.k6,
    scriptFile: file.file,
    name: file.name,
    displayFile: context.displayFile,
    parameters,
    // Nothing is sent while a script is inspected; the port is not known yet.
    baseUrl: 'http://127.0.0.1:1',
    env: context.env,
    supervisor: context.supervisor,
    clock: context.clock,
    signal: context.signal,
  }).catch((error: unknown) => {
    throw refusedParameter(error, parameters) ?? error;
  });
  const manifestFolder = serviceFolder(file, inspected);
  const manifest = await loadServiceManifest(manifestFolder);
  return {
    ...inspected,
    file,
    parameters,
    manifestFolder,
    manifest,
    settings: chooseSettings(manifest.settings, options.set, context.lookup),
    fixture: chooseFixture(manifest.fixture, inspected.extension.fixture, options.fixture),
    gates: parseGates(inspected.extension.thresholds),
  };
}

function scenarioParameters(options: RunOptions): ScenarioParameters {
  const { profile, vus, duration, rate, iterations, seed, env } = options;
  return { profile, vus, duration, rate, iterations, seed, env };
}

function serviceFolder(file: ScenarioFile, { extension }: InspectedScenario): string {
  if (extension.service === null) {
    throw new LoadkitError('service-unknown', `${file.file} does not say which service it loads`, {
      hint: "name the folder of the service's loadkit.json in options.ext.loadkit.service, relative to the script",
      exitCode: exitCode.usage,
    });
  }
  return resolve(dirname(file.file), extension.service);
}
