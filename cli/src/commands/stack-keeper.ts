import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseStack } from '../pipeline/choose-stack.ts';
import { type StackSource, stackOpener } from '../pipeline/open-stack.ts';
import type { ServicePlan } from '../pipeline/plan-run.ts';
import { openHeldDesk } from '../stack/held-desk.ts';
import { manifestSha256 } from '../stack/held-stack.ts';
import {
  claimStack,
  endStackClaim,
  type StackClaim,
  type StackPlace,
  stackPlace,
  type UpState,
  writeStack,
} from '../stack/held-state.ts';
import { loadServiceManifest } from '../stack/service-manifest-file.ts';
import type { Stack } from '../stack/stack.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { identityOf } from '../system/process-identity.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import { resolveToolchain } from '../toolchain/resolve.ts';
import type { CommandContext } from './context.ts';
import type { Interrupt } from './interrupt.ts';
import { type KeeperLog, openKeeperLog } from './stack-log.ts';
import type { KeepOrder } from './stack-order.ts';
import { surroundingsOf } from './stack-surroundings.ts';
import { installContext } from './tool-context.ts';

/** Who waits for the stack. */
export interface KeeperListener {
  progress(line: string): void;
  up(state: UpState): void;
}

const stopGraceMs = 5_000;

/**
 * Starts the stack, writes it down for others, and keeps it until the interrupt; then nothing of it is left. The first
 * interrupt after the start is the way to end it. Rejects when it does not start, or is interrupted before it is up.
 */
export async function keepStack(
  order: KeepOrder,
  context: CommandContext,
  listener: KeeperListener,
  interrupt: Pick<Interrupt, 'signal' | 'onSecond'> & { readonly parentGone?: AbortSignal },
): Promise<void> {
  const { clock, environment } = context;
  const manifest = await loadServiceManifest(order.serviceFolder);
  const service = { folder: order.serviceFolder, manifest, settings: order.set, fixture: order.fixture };
  const place = stackPlace(environment.cacheFolder, manifest.name, service.folder);
  const keeping = {
    name: manifest.name,
    manifestFolder: service.folder,
    keeper: identityOf(process.pid),
    since: clock.now(),
    logFolder: place.logFolder,
  };
  const claim = await claimStack(place, { ...keeping, status: 'starting' });
  if (claim === null) {
    throw new LoadkitError('stack-claimed', `another loadkit stack up is starting ${manifest.name}`, {
      hint: 'loadkit stack status says when it is up',
      exitCode: exitCode.unreachable,
    });
  }
  try {
    const log = await openKeeperLog(place.logFolder, clock);
    const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock });
    interrupt.onSecond(() => void endAtOnce(supervisor, claim));
    try {
      const toStart = [interrupt.signal, ...(interrupt.parentGone === undefined ? [] : [interrupt.parentGone])];
      const progress = (line: string) => {
        log.write(line);
        listener.progress(line);
      };
      const starting = { order, service, place, context, supervisor, progress, signal: AbortSignal.any(toStart) };
      const stack = await startStack(starting);
      await keepUntilInterrupt(stack, { supervisor, log, signal: interrupt.signal }, async (socket, provider) => {
        const { endpoints, parts } = stack;
        const state: UpState = {
          ...keeping,
          status: 'up',
          provider,
          manifestSha256: manifestSha256(manifest),
          socket,
          endpoints: {
            ...endpoints,
            kafkaBrokers: endpoints.kafkaBrokers === null ? null : [...endpoints.kafkaBrokers],
            metricsUrls: { ...endpoints.metricsUrls },
          },
          parts: [...parts],
          set: { ...service.settings },
          fixture: { ...service.fixture },
        };
        await writeStack(claim, state);
        listener.up(state);
      });
    } catch (error) {
      log.write(messageOf(error));
      throw error;
    } finally {
      await supervisor.close({ graceMs: stopGraceMs });
      log.close();
    }
  } finally {
    await endStackClaim(claim);
  }
}

interface Starting {
  readonly order: KeepOrder;
  readonly service: ServicePlan;
  readonly place: StackPlace;
  readonly context: CommandContext;
  readonly supervisor: Supervisor;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

async function startStack(starting: Starting): Promise<Stack> {
  const { service, place, context, supervisor, progress, signal } = starting;
  const { clock, environment, project } = context;
  const open = stackOpener(await stackSource(starting), {
    supervisor,
    clock,
    env: environment.forChildren,
    projectRoot: project.root,
  });
  return open(service, { logFolder: place.logFolder, onProgress: progress, signal });
}

async function stackSource({ order, service, context, supervisor, progress, signal }: Starting): Promise<StackSource> {
  const nobody = { lacks: 'this is the one', why: 'none' } as const;
  const choice = await chooseStack(
    service,
    { stack: order.stack, external: noUrls, set: {}, fixture: {}, compared: null },
    { ...surroundingsOf(context, signal, progress), held: async () => nobody },
  );
  if (choice.provider === 'docker') return choice;
  const install = { ...installContext(context, supervisor, signal, true), onProgress: progress };
  const tools = [...new Set(service.manifest.needs)];
  return { provider: 'local', toolchain: await resolveToolchain(install, { install: order.install, tools }) };
}

const noUrls = { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} };

interface Keeping {
  readonly supervisor: Supervisor;
  readonly log: KeeperLog;
  readonly signal: AbortSignal;
}

async function keepUntilInterrupt(
  stack: Stack,
  { supervisor, log, signal }: Keeping,
  announce: (socket: string, provider: UpState['provider']) => Promise<void>,
): Promise<void> {
  try {
    const socket = join(await supervisor.tempDir('stack'), 'desk');
    const desk = await openHeldDesk(socket, stack);
    stack.onEvent(({ name, subject, detail }) => log.write(`${name} ${subject} ${detail ?? ''}`));
    try {
      await announce(socket, stack.provider === 'docker' ? 'docker' : 'local');
      if (!signal.aborted) await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
      log.write('told to end');
    } finally {
      await desk.close();
    }
  } finally {
    await stack.stop({ graceMs: stopGraceMs });
  }
}

async function endAtOnce(supervisor: Supervisor, claim: StackClaim): Promise<void> {
  await supervisor.close({ graceMs: 0 });
  await endStackClaim(claim).catch(() => undefined);
  process.exit(exitCode.interrupted);
}
