import type { Clock } from '../system/clock.ts';
import type { SupervisedProcess, Supervisor } from '../system/supervisor.ts';
import type { StoreTools } from '../system/tool.ts';
import { startKafka } from './local-kafka.ts';
import { startMysql } from './local-mysql.ts';
import { startRedis } from './local-redis.ts';
import { freePorts, type Ports } from './ports.ts';
import { runningStack } from './running-stack.ts';
import type { ServiceSetting } from './service-command.ts';
import { describeService } from './service-part.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { resetFixture } from './service-reset.ts';
import type { Stack, StackRequest } from './stack.ts';
import type { StartContext, StartedStore, StoreName, Stores } from './start-context.ts';
import { startTogether } from './start-together.ts';

export interface LocalStackContext {
  readonly toolchain: StoreTools;
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
 * Starts stores and service as processes of this machine, each with its own temp folder and port.
 * Rejects with `LoadkitError` `part-not-started` (exit 93), or the signal's reason, when everything is stopped again.
 */
export async function startLocalStack(request: StackRequest, local: LocalStackContext): Promise<Stack> {
  const started: SupervisedProcess[] = [];
  const context = startContext(request, local, started);
  try {
    const stores = await startStores(request, local, context);
    const setting = serviceSetting(request, local, stores);
    const fixture = await step('fixture', context, request, () => resetFixture(setting, request.fixture, context));
    const services = await startServices(setting, request, context);
    const parts = [...Object.values(stores).map(({ part }) => part), ...(await describeService(setting))];
    return runningStack({ context, stores, setting, services, fixture, parts });
  } catch (error) {
    await Promise.all(started.map((process) => process.stop({ graceMs: 0 })));
    throw error;
  }
}

function startContext(request: StackRequest, local: LocalStackContext, started: SupervisedProcess[]): StartContext {
  const { supervisor, clock, env } = local;
  return {
    supervisor,
    spawn: async (spec) => {
      const process = await supervisor.spawn(spec);
      started.push(process);
      return process;
    },
    clock,
    ports: local.ports ?? freePorts(),
    env,
    logFolder: request.logFolder,
    signal: request.signal,
  };
}

async function startStores(request: StackRequest, local: LocalStackContext, context: StartContext): Promise<Stores> {
  const { toolchain: tools } = local;
  const database = request.manifest.name.replaceAll('-', '_');
  const starters: Record<StoreName, (context: StartContext) => Promise<StartedStore>> = {
    redis: (own) => startRedis(needed('redis', tools.redis), own),
    mysql: (own) => startMysql(needed('mysql', tools.mysql), database, own),
    kafka: (own) => startKafka(needed('kafka', tools.kafka), own),
  };
  const names = [...new Set(request.manifest.needs)];
  const stores = await startTogether(
    context.signal,
    names.map((name) => async (signal) => {
      const store = await step(name, context, request, () => starters[name]({ ...context, signal }));
      return [name, store] as const;
    }),
  );
  return Object.fromEntries(stores);
}

/** The caller resolves the tools of what the manifest needs. */
function needed<T>(name: StoreName, tool: T | undefined): T {
  if (tool === undefined) throw new Error(`the tool for ${name} was not resolved`);
  return tool;
}

function serviceSetting({ manifest, set }: StackRequest, local: LocalStackContext, stores: Stores): ServiceSetting {
  const urls = { REDIS_URL: stores.redis?.url, MYSQL_URL: stores.mysql?.url, KAFKA_BROKERS: stores.kafka?.url };
  const known = Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [[name, url] as const]));
  const { manifestFolder: folder, nodeFile } = local;
  return { manifest, folder, nodeFile, stores: Object.fromEntries(known), set };
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

/** Says how long it took, so that a slow start shows where. */
async function step<T>(
  name: string,
  { clock }: StartContext,
  request: StackRequest,
  work: () => Promise<T>,
): Promise<T> {
  const begin = clock.monotonic();
  const result = await work();
  request.onProgress(`${name} ready after ${((clock.monotonic() - begin) / 1000).toFixed(1)} s`);
  return result;
}
