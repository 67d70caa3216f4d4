import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Scenario } from '../record/run-record.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { isSecretName } from '../system/secret.ts';
import type { ProcessExit, Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import { parseGoDuration } from './go-duration.ts';
import { environmentFlags, k6Environment, scriptEnvironment } from './k6-environment.ts';
import { errorsInLog } from './k6-log.ts';
import { emptyConfig } from './k6-run.ts';
import type { InspectedScenario, ScenarioExtension, ScenarioParameters } from './load.ts';
import { describeLoad } from './load-model.ts';
import { decodeExtension, isOurs } from './scenario-extension.ts';
import { scriptDigest } from './script-digest.ts';

export interface InspectRequest {
  readonly k6: K6Tool;
  readonly name: string;
  readonly scriptFile: string;
  /** How the record names the script's file. */
  readonly displayFile: string;
  readonly parameters: ScenarioParameters;
  readonly baseUrl: string;
  /** Parent environment to pass on, the same as for the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** k6's own code for what is neither the script nor its options. */
const unknownFailure = 255;
const timeoutMs = 60_000;

const inspectedSchema = z.looseObject({
  scenarios: z.unknown(),
  ext: z.unknown(),
  totalDuration: z.string(),
  maxVUs: z.int(),
});

/**
 * Loads a script as the run will, without running it: k6's options with everything derived, and `options.ext.loadkit`.
 * Throws `LoadkitError` `script-failed` with k6's message and k6's exit code when k6 cannot load it, and
 * `scenario-extension` when the extension is not as it should be.
 */
export async function inspectScenario(request: InspectRequest): Promise<InspectedScenario> {
  const options = await inspect(request);
  const extension = decodeExtension(options.ext, request.displayFile);
  const { parameters } = request;
  const { totalDuration, maxVUs, ...k6Options } = options;
  const load = describeLoad(options.scenarios);
  const scenario: Scenario = {
    name: request.name,
    file: request.displayFile,
    sha256: await scriptDigest(request.scriptFile),
    profile: parameters.profile,
    seed: parameters.seed,
    ...load,
    plannedMs: load.plannedMs || (parseGoDuration(totalDuration) ?? 0),
    maxVus: maxVUs,
    options: k6Options,
    parameters: recorded(parameters),
    endpoints: endpointsOf(extension),
    foreign: !isOurs(options.ext),
    flags: [],
  };
  return { scenario, extension };
}

async function inspect(request: InspectRequest): Promise<z.infer<typeof inspectedSchema>> {
  const { k6, scriptFile, parameters, baseUrl, env, supervisor } = request;
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
      ...['--config', await emptyConfig(folder)],
      ...environmentFlags(scriptEnvironment(parameters, baseUrl)),
      scriptFile,
    ],
    env: k6Environment(k6, env),
    logFile,
    stdoutFile,
  });
  const exit = await untilExit(request, process.exited, () => process.stop({ graceMs: 1_000 }));
  if (exit.code !== 0) throw await scriptFailed(request, exit, logFile);
  const decoded = inspectedSchema.safeParse(JSON.parse(await readFile(stdoutFile, 'utf8')));
  if (!decoded.success) {
    throw new LoadkitError(
      'k6-output',
      `k6 ${k6.version} printed options that cannot be read: ${decoded.error.message}`,
    );
  }
  return decoded.data;
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

async function scriptFailed(request: InspectRequest, exit: ProcessExit, logFile: string): Promise<LoadkitError> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const message = errorsInLog(log) || `k6 inspect ended with ${exit.signal ?? `code ${exit.code}`}`;
  return new LoadkitError('script-failed', `k6 cannot load ${request.displayFile}: ${message}`, {
    hint: 'the message is k6’s own, with file, line and column',
    exitCode: exit.code ?? unknownFailure,
  });
}

/** What reached the script beside its base URL, and what has no field of its own; secrets masked. */
function recorded(parameters: ScenarioParameters): Record<string, string> {
  const { BASE_URL: _url, SEED: _seed, LOADKIT_PROFILE: _profile, ...rest } = scriptEnvironment(parameters, '');
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
