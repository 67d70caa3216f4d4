import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { lackOfSpace } from '../system/free-space.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import type { StoreTools } from '../system/tool.ts';
import { behindService } from './backing.ts';
import { startKafka } from './local-kafka.ts';
import { startMysql } from './local-mysql.ts';
import { startRedis } from './local-redis.ts';
import { type PutProxy, proxyMaker, startToxiproxy } from './local-toxiproxy.ts';
import { proxiedStores } from './proxied-stores.ts';
import type { Stack, StackRequest, StoreName } from './stack.ts';
import type { StartContext, StartedStore, Stores } from './start-context.ts';
import { databaseOf, type ServiceHost, startStack } from './start-stack.ts';
import { step } from './start-step.ts';
import { startTogether } from './start-together.ts';

/** MariaDB's empty data folder alone has some 130. */
const leastFreeMebibytes = 300;

export interface LocalStackContext extends ServiceHost {
  readonly toolchain: StoreTools;
}

/**
 * Starts stores and service as processes of this machine, each with its own temp folder and port. Rejects as `startStack`,
 * also with `proxy-unfit` (2).
 */
export async function startLocalStack(request: StackRequest, local: LocalStackContext): Promise<Stack> {
  const proxied = proxiedStores(request);
  let processes: ReadonlyArray<SupervisedProcess | undefined> = [];
  return startStack(request, local, {
    provider: 'local',
    start: async (context) => {
      await checkRoom(await context.supervisor.tempDir('room'));
      const toxiproxy =
        proxied.length === 0
          ? null
          : await step('toxiproxy', context, request, () =>
              startToxiproxy(needed('toxiproxy', local.toolchain.toxiproxy), proxied, context),
            );
      const before = (name: StoreName, own: StartContext) =>
        toxiproxy !== null && proxied.includes(name) ? proxyMaker(toxiproxy, name, own) : null;
      const backing = { stores: await startStores(request, local, before, context), toxiproxy };
      processes = behindService(backing).map(({ process }) => process);
      return backing;
    },
    stop: async () => {
      await Promise.all(processes.map((process) => process?.stop({ graceMs: 0 })));
    },
  });
}

/** The stores themselves name a full disk among many lines, or not at all. */
async function checkRoom(folder: string): Promise<void> {
  const lack = await lackOfSpace(folder, leastFreeMebibytes);
  if (lack === null) return;
  throw new LoadkitError('temp-folder', `${folder}: ${lack} for the data of the stores`, {
    hint: 'free some space, or name a folder on another disk: TMPDIR=…',
    exitCode: exitCode.unreachable,
  });
}

async function startStores(
  request: StackRequest,
  { toolchain: tools }: LocalStackContext,
  before: (name: StoreName, context: StartContext) => PutProxy | null,
  context: StartContext,
): Promise<Stores> {
  const memory = { persistent: request.redisPersistence ?? true };
  const starters: Record<StoreName, (putProxy: PutProxy | null, context: StartContext) => Promise<StartedStore>> = {
    redis: async (putProxy, own) => throughProxy(await startRedis(needed('redis', tools.redis), own, memory), putProxy),
    mysql: async (putProxy, own) =>
      throughProxy(await startMysql(needed('mysql', tools.mysql), databaseOf(request), own), putProxy),
    kafka: (putProxy, own) => startKafka(needed('kafka', tools.kafka), own, putProxy),
  };
  const stores = await startTogether(
    context.signal,
    [...new Set(request.manifest.needs)].map((name) => async (signal) => {
      const own = { ...context, signal };
      return [name, await step(name, context, request, () => starters[name](before(name, own), own))] as const;
    }),
  );
  return Object.fromEntries(stores);
}

async function throughProxy(store: StartedStore, putProxy: PutProxy | null): Promise<StartedStore> {
  if (putProxy === null) return store;
  const proxyPort = await putProxy(store.port);
  return { ...store, proxiedUrl: store.url.replace(`127.0.0.1:${store.port}`, `127.0.0.1:${proxyPort}`) };
}

/** The caller resolves the tools of what the manifest needs, and of what stands before it. */
function needed<T>(name: StoreName | 'toxiproxy', tool: T | undefined): T {
  if (tool === undefined) throw new Error(`the tool for ${name} was not resolved`);
  return tool;
}
