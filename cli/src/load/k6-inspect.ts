import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGoDuration } from '../record/go-duration.ts';
import type { Scenario } from '../record/run-record.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { isSecretName } from '../system/secret.ts';
import type { ProcessExit, Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import { decodeInspected, type InspectedOptions } from './inspected-options.ts';
import { environmentFlags, k6Environment, scriptEnvironment, seedOf } from './k6-environment.ts';
import { errorsInLog, lackingInLog, messagesInLog } from './k6-log.ts';
import { configFile } from './k6-run.ts';
import type { InspectedScenario, ScenarioExtension, ScenarioParameters } from './load.ts';
import { loadFlagEnvironment, loadFlags } from './load-flags.ts';
import { describeLoad } from './load-model.ts';
import { decodeExtension, isOurs, noExtension } from './scenario-extension.ts';
import { scriptDigest } from './script-digest.ts';
import { handlesSummary, mentionsLoadkit, readScriptFiles, takesRootGroup } from './script-files.ts';

export interface InspectRequest {
  readonly k6: K6Tool;
  readonly name: string;
  readonly scriptFile: string;
  /** How the record names the script's file. */
  readonly displayFile: string;
  readonly parameters: ScenarioParameters;
  /** What a script that is not ours will find as `BASE_URL`; null: nothing. */
  readonly baseUrl: string | null;
  /** `--strict` */
  readonly strict: boolean;
  /** Parent environment to pass on, the same as for the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** k6's own code for what is neither the script nor its options. */
const unknownFailure = 255;
/** k6's code for options that contradict each other. */
const invalidOptions = 104;
const timeoutMs = 60_000;

/** For a scenario of ours: nothing is sent while a script is inspected, and the port is not known yet. */
const anyBaseUrl = 'http://127.0.0.1:1';

/**
 * Loads a script as the run will, without running it: k6's options with everything derived, and `options.ext.loadkit`.
 * Throws `LoadkitError` `script-failed` with k6's message and k6's exit code when k6 cannot load it, and
 * `scenario-extension` when the extension is not as it should be.
 */
export async function inspectScenario(request: InspectRequest): Promise<InspectedScenario> {
  const files = await readScriptFiles(request.scriptFile);
  const { options, messages, foreign } = await inspectAsItIs(request, !mentionsLoadkit(files));
  const extension = foreign ? noExtension : decodeExtension(options.ext, request.displayFile);
  const { parameters } = request;
  const { totalDuration, maxVUs, ...k6Options } = options;
  const load = describeLoad(options.scenarios);
  const flags = foreign ? loadFlags(parameters) : [];
  const scenario: Scenario = {
    name: request.name,
    file: request.displayFile,
    sha256: await scriptDigest(request.scriptFile),
    profile: parameters.profile,
    seed: foreign ? null : seedOf(parameters),
    ...load,
    plannedMs: load.plannedMs || (parseGoDuration(totalDuration) ?? 0),
    maxVus: maxVUs,
    options: k6Options,
    parameters: recorded(parameters, foreign),
    endpoints: endpointsOf(extension),
    foreign,
    strict: request.strict,
    flags,
  };
  const overrides = /overrode scenarios configuration|overrides scenarios configuration/;
  return {
    scenario,
    extension,
    replacesScenarios: flags.length > 0 && messages.some((message) => overrides.test(message)),
    withoutExport: foreign && takesRootGroup(files),
    handlesSummary: handlesSummary(files),
  };
}

/** True when the script looks like none of ours; only k6 could say so for certain, and it cannot load every script. */
export async function looksForeign(scriptFile: string): Promise<boolean> {
  return !mentionsLoadkit(await readScriptFiles(scriptFile));
}

interface Inspection {
  /** In whose environment. */
  readonly asForeign: boolean;
  readonly options: InspectedOptions;
  /** k6's messages of any level. */
  readonly messages: readonly string[];
}

interface Inspected extends Inspection {
  readonly foreign: boolean;
}

/** In the environment that the script will have, which depends on whose it is, which only its options tell. */
async function inspectAsItIs(request: InspectRequest, guess: boolean): Promise<Inspected> {
  const first = await inspect(request, guess).catch(async (error: unknown) => {
    request.signal.throwIfAborted();
    // The wrong environment may be what it cannot be loaded in.
    const other = await inspect(request, !guess).catch(() => null);
    if (other === null || isForeign(other) === guess) throw error;
    return other;
  });
  const foreign = isForeign(first);
  return { ...(first.asForeign === foreign ? first : await inspect(request, foreign)), foreign };
}

function isForeign({ options }: Inspection): boolean {
  return !isOurs(options.ext);
}

async function inspect(request: InspectRequest, foreign: boolean): Promise<Inspection> {
  const first = await runInspect(request, foreign, {});
  // `k6 run` takes one user where a script asks for iterations or a duration alone, `k6 inspect` takes none and refuses.
  const lacksVus = first.exit.code === invalidOptions && first.log.includes('the number of VUs must be more than 0');
  const { exit, log, output } = lacksVus ? await runInspect(request, foreign, { vus: 1 }) : first;
  if (exit.code !== 0) throw scriptFailed(request, exit, log);
  const options = decodeInspected(output, request.k6.version);
  return { asForeign: foreign, options, messages: messagesInLog(log) };
}

/** @param defaults what stands where the script says nothing */
async function runInspect(
  request: InspectRequest,
  foreign: boolean,
  defaults: Readonly<Record<string, unknown>>,
): Promise<{ exit: ProcessExit; log: string; output: string }> {
  const { k6, scriptFile, parameters, env, supervisor } = request;
  const baseUrl = foreign ? request.baseUrl : anyBaseUrl;
  const folder = await supervisor.tempDir('k6-inspect');
  const logFile = join(folder, 'inspect.log');
  const stdoutFile = join(folder, 'options.json');
  const process = await supervisor.spawn({
    name: 'k6 inspect',
    file: k6.executable.file,
    args: [
      'inspect',
      '--execution-requirements',
      // `k6 run` shows a script the environment, `k6 inspect` does so only when told.
      '--include-system-env-vars',
      ...['--log-format', 'json'],
      ...['--config', await configFile(folder, defaults)],
      ...environmentFlags(scriptEnvironment(parameters, baseUrl, { foreign })),
      scriptFile,
    ],
    env: { ...k6Environment(k6, env), ...(foreign ? loadFlagEnvironment(parameters) : {}) },
    logFile,
    stdoutFile,
  });
  const exit = await untilExit(request, process.exited, () => process.stop({ graceMs: 1_000 }));
  const text = (file: string) => readFile(file, 'utf8').catch(() => '');
  return { exit, log: await text(logFile), output: await text(stdoutFile) };
}

/** An endless loop in a script's init code would otherwise never end. */
async function untilExit(
  { clock, signal }: InspectRequest,
  exited: Promise<ProcessExit>,
  stop: () => Promise<ProcessExit>,
): Promise<ProcessExit> {
  const waiting = new AbortController();
  const first = await Promise.race([
    exited,
    clock.sleep(timeoutMs, AbortSignal.any([signal, waiting.signal])).then(
      () => null,
      () => null,
    ),
  ]);
  waiting.abort();
  if (first !== null) return first;
  const stopped = await stop();
  signal.throwIfAborted();
  return stopped;
}

function scriptFailed(request: InspectRequest, exit: ProcessExit, log: string): LoadkitError {
  const message = errorsInLog(log) || `k6 inspect ended with ${exit.signal ?? `code ${exit.code}`}`;
  const lacks = lackingInLog(log);
  return new LoadkitError(
    'script-failed',
    `k6 cannot load ${request.displayFile}: ${lacks === null ? message : `this k6 does not have ${lacks}`}`,
    {
      hint:
        lacks === null
          ? 'the message is k6’s own, with file, line and column'
          : 'loadkit lets k6 fetch no program; build one that has it and name it with LOADKIT_K6',
      exitCode: exit.code ?? unknownFailure,
    },
  );
}

/** What reached the script beside its base URL, and what has no field of its own; secrets masked. */
function recorded(parameters: ScenarioParameters, foreign: boolean): Record<string, string> {
  const {
    BASE_URL: _url,
    SEED: _seed,
    LOADKIT_PROFILE: _profile,
    ...rest
  } = scriptEnvironment(parameters, null, { foreign });
  return Object.fromEntries(
    Object.entries({ ...rest, ...parameters.env }).map(([name, value]) => [name, isSecretName(name) ? '***' : value]),
  );
}

function endpointsOf({ endpoints }: ScenarioExtension): Scenario['endpoints'] {
  return Object.entries(endpoints).map(([name, label]) => ({
    name,
    method: label.match(/^([A-Z]+) /)?.[1] ?? '',
    label,
  }));
}
