import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { EventLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import { messageOf } from '../system/error.ts';
import { isSecretName } from '../system/secret.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { type HeldLine, takeStack } from './held-line.ts';
import { readStack, stackPlace, type UpState } from './held-state.ts';
import { freePorts } from './ports.ts';
import { effectiveSettings, type ServiceSetting } from './service-command.ts';
import type { ServiceManifest } from './service-manifest.ts';
import { resetFixture } from './service-reset.ts';
import type { Stack, StackRequest } from './stack.ts';
import type { StartContext } from './start-context.ts';

/** A stack that `loadkit stack up` holds, taken for this process. */
export interface HeldStack {
  readonly name: string;
  readonly state: UpState;
  readonly line: HeldLine;
}

/** Why no stack that is up serves. `none`: there is none; `differs`: it has other settings; `unusable`: in use, or broken. */
export interface NoHeldStack {
  readonly lacks: string;
  readonly why: 'none' | 'differs' | 'unusable';
}

export interface HeldStackRequest {
  readonly cacheFolder: string;
  readonly manifestFolder: string;
  readonly manifest: ServiceManifest;
  /** `--set` and environment. */
  readonly set: Readonly<Record<string, string>>;
}

/**
 * The stack that is up for a service with exactly these settings, taken for this process until its `stop`, or until the
 * process ends. A second call in the same process gets it again. Never rejects for what is not there.
 */
export async function findHeldStack(request: HeldStackRequest): Promise<HeldStack | NoHeldStack> {
  const { cacheFolder, manifest } = request;
  const { name } = manifest;
  const that = `the stack of ${name} that is up`;
  try {
    const folder = await realpath(request.manifestFolder);
    const state = await readStack(stackPlace(cacheFolder, name, folder));
    if (state === null) return { lacks: `no stack is up for ${name}`, why: 'none' };
    if (state.status === 'starting') return { lacks: `${that} is still starting`, why: 'unusable' };
    const [difference] = differences(state, manifest, request.set);
    if (difference !== undefined) return { lacks: `${that} ${difference}`, why: 'differs' };
    const line = await takeStack(state.socket);
    if ('takenBy' in line) return { lacks: `${that} is in use by process ${line.takenBy}`, why: 'unusable' };
    const { missing } = line.living();
    if (missing.length === 0) return { name, state, line };
    line.release();
    return { lacks: `${that} has lost ${missing.join(', ')}`, why: 'unusable' };
  } catch (error) {
    return { lacks: `${that} does not answer: ${messageOf(error)}`, why: 'unusable' };
  }
}

/** What of a stack that is up is not as wanted, each as the end of a sentence. No values of secrets. */
export function differences(
  state: UpState,
  manifest: ServiceManifest,
  set: Readonly<Record<string, string>>,
): string[] {
  if (state.manifestSha256 !== manifestSha256(manifest)) return ['was started from another loadkit.json'];
  const [there, wanted] = [state.set, set].map((own) => effectiveSettings(manifest, own));
  return Object.entries(wanted ?? {})
    .filter(([name, value]) => there?.[name] !== value)
    .map(([name, value]) => `has ${isSecretName(name) ? `another ${name}` : `${name}=${there?.[name]}, not ${value}`}`);
}

export function manifestSha256(manifest: ServiceManifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

interface UseContext {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  /** Environment that the reset command gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly nodeFile: string;
}

/**
 * Puts the fixture in place and lends the stack to one run: `stop` gives it back and ends nothing.
 * Rejects with `LoadkitError` `part-not-started` (93) when the fixture cannot be put in place.
 */
export async function useHeldStack(
  { state, line }: HeldStack,
  request: StackRequest,
  { supervisor, clock, env, nodeFile }: UseContext,
): Promise<Stack> {
  const { onProgress, logFolder, signal } = request;
  onProgress(`using the stack that is up since ${localTime(state.since)}; its logs: ${state.logFolder}`);
  const context: StartContext = {
    supervisor,
    spawn: (spec) => supervisor.spawn(spec),
    clock,
    ports: freePorts(),
    env,
    logFolder,
    signal,
  };
  const setting = serviceSetting(state, request.manifest, nodeFile);
  const reset = (fixture: Readonly<Record<string, string>>) => resetFixture(setting, fixture, context);
  const fixture = await reset(request.fixture).catch((error: unknown) => {
    line.release();
    throw error;
  });
  onProgress('fixture ready');
  return {
    provider: 'running',
    endpoints: state.endpoints,
    parts: state.parts,
    fixture,
    proxies: {},
    overridesFile: null,
    processes: () => line.living().processes,
    containers: () => line.living().containers,
    reset,
    repair: null,
    onEvent: (listener) => {
      line.onEvent(listener);
      line.onLost(() => {
        for (const event of farewells(state, clock.now())) listener(event);
      });
    },
    stop: async () => line.release(),
  };
}

function serviceSetting(
  { endpoints, manifestFolder, set }: UpState,
  manifest: ServiceManifest,
  nodeFile: string,
): ServiceSetting {
  const urls = {
    REDIS_URL: endpoints.redisUrl,
    MYSQL_URL: endpoints.mysqlUrl,
    KAFKA_BROKERS: endpoints.kafkaBrokers?.join(',') ?? null,
  };
  const stores = Object.entries(urls).flatMap(([name, url]) => (url === null ? [] : [[name, url] as const]));
  // What a fault would change in it would be there for the next run as well.
  return { manifest, folder: manifestFolder, nodeFile, stores: Object.fromEntries(stores), set, overridesFile: null };
}

/** With its keeper every part ends; there is nobody left to say so for each. */
function farewells({ parts, keeper }: UpState, t: number): EventLine[] {
  const detail = `the stack was ended, or its keeper (process ${keeper.pid}) was`;
  return parts.map(({ name }) => ({ kind: 'event', t, name: 'process-exited', subject: name, detail }));
}

/** `2026-11-24 10:31:05`, as clocks show it here. */
export function localTime(at: number): string {
  return new Date(at).toLocaleString('sv-SE');
}
