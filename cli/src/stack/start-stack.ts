import { join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import type { SupervisedProcess, Supervisor } from '../system/supervisor.ts';
import { behindService, type StoreProvider } from './backing.ts';
import { freePorts, type Ports } from './ports.ts';
import { restartedStores } from './restarted-stores.ts';
import { runningStack } from './running-stack.ts';
import type { ServiceSetting } from './service-command.ts';
import { describeService } from './service-part.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { resetFixture } from './service-reset.ts';
import type { Stack, StackRequest } from './stack.ts';
import type { StartContext, Store, Stores } from './start-context.ts';
import { step } from './start-step.ts';
import { startTogether } from './start-together.ts';
import { untilStoreDies } from './store-death.ts';

/** Where the processes of a service run: this machine, wherever its stores are. */
export interface ServiceHost {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  /** Folder of the service's `loadkit.json`. */
  readonly manifestFolder: string;
  /** Environment that every child gets. */
  readonly env: Readonly<Record<string, string>>;
  /** What `node` in the manifest means. */
  readonly nodeFile: string;
  readonly ports?: Ports;
}

/**
 * Starts the stores, puts the fixture in place and starts the service.
 * Rejects with `LoadkitError` `part-not-started` (93) and the like, or the signal's reason, when everything is stopped again.
 */
export async function startStack(request: StackRequest, host: ServiceHost, provider: StoreProvider): Promise<Stack> {
  const restarted = restartedStores(request);
  const started: SupervisedProcess[] = [];
  const context = startContext(request, host, started);
  try {
    const backing = await provider.start(context);
    const setting = serviceSetting(request, host, backing.stores, await overridesFileOf(request, context));
    const watched = untilStoreDies(behindService(backing), context);
    const fixture = await step('fixture', watched, request, () => resetFixture(setting, request.fixture, watched));
    const services = await startServices(setting, request, watched);
    const parts = [...behindService(backing).map(({ part }) => part), ...(await describeService(setting))];
    return runningStack({ context, provider, backing, restarted, setting, services, fixture, parts });
  } catch (error) {
    await Promise.all(started.map((process) => process.stop({ graceMs: 0 })));
    // Why it did not start says more than why it could not be cleared away; that is tried again at the command's end.
    await provider.stop().catch(() => {});
    throw error;
  }
}

function startContext(request: StackRequest, host: ServiceHost, started: SupervisedProcess[]): StartContext {
  const { supervisor, clock, env } = host;
  return {
    supervisor,
    spawn: async (spec) => {
      const process = await supervisor.spawn(spec);
      started.push(process);
      return process;
    },
    clock,
    ports: host.ports ?? freePorts(),
    env,
    logFolder: request.logFolder,
    signal: request.signal,
  };
}

/** In a folder of its own, so that nothing else is written beside what the processes look at. */
async function overridesFileOf({ manifest }: StackRequest, { supervisor }: StartContext): Promise<string | null> {
  return manifest.overrides === undefined ? null : join(await supervisor.tempDir('overrides'), 'overrides.json');
}

function serviceSetting(
  { manifest, set }: StackRequest,
  host: ServiceHost,
  stores: Stores,
  overridesFile: string | null,
): ServiceSetting {
  const used: Record<string, Store | undefined> = {
    REDIS_URL: stores.redis,
    MYSQL_URL: stores.mysql,
    KAFKA_BROKERS: stores.kafka,
  };
  const known = Object.entries(used).flatMap(([name, store]) =>
    store === undefined ? [] : [[name, store.proxiedUrl ?? store.url] as const],
  );
  const { manifestFolder: folder, nodeFile } = host;
  return { manifest, folder, nodeFile, stores: Object.fromEntries(known), set, overridesFile };
}

function startServices(
  setting: ServiceSetting,
  request: StackRequest,
  context: StartContext,
): Promise<ServiceProcess[]> {
  return startTogether(
    context.signal,
    setting.manifest.processes.map((declared) => (signal) => {
      return step(declared.name, context, request, () =>
        startServiceProcess(declared, setting, { ...context, signal }),
      );
    }),
  );
}

/** The database that a service gets: `coupon_order` for `coupon-order`. */
export function databaseOf({ manifest }: Pick<StackRequest, 'manifest'>): string {
  return manifest.name.replaceAll('-', '_');
}
