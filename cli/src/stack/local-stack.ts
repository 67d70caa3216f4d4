import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { lackOfSpace } from '../system/free-space.ts';
import type { StoreTools } from '../system/tool.ts';
import { startKafka } from './local-kafka.ts';
import { startMysql } from './local-mysql.ts';
import { startRedis } from './local-redis.ts';
import type { Stack, StackRequest } from './stack.ts';
import type { StartContext, StartedStore, StoreName } from './start-context.ts';
import { databaseOf, type ServiceHost, startStack } from './start-stack.ts';
import { step } from './start-step.ts';
import { startTogether } from './start-together.ts';

/** MariaDB's empty data folder alone has some 130. */
const leastFreeMebibytes = 300;

export interface LocalStackContext extends ServiceHost {
  readonly toolchain: StoreTools;
}

/** Starts stores and service as processes of this machine, each with its own temp folder and port. Rejects as `startStack`. */
export async function startLocalStack(request: StackRequest, local: LocalStackContext): Promise<Stack> {
  let stores: ReadonlyArray<readonly [StoreName, StartedStore]> = [];
  return startStack(request, local, {
    provider: 'local',
    start: async (context) => {
      await checkRoom(await context.supervisor.tempDir('room'));
      stores = await startStores(request, local, context);
      return Object.fromEntries(stores);
    },
    stop: async () => {
      await Promise.all(stores.map(([, { process }]) => process.stop({ graceMs: 0 })));
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

function startStores(
  request: StackRequest,
  { toolchain: tools }: LocalStackContext,
  context: StartContext,
): Promise<Array<readonly [StoreName, StartedStore]>> {
  const starters: Record<StoreName, (context: StartContext) => Promise<StartedStore>> = {
    redis: (own) => startRedis(needed('redis', tools.redis), own),
    mysql: (own) => startMysql(needed('mysql', tools.mysql), databaseOf(request), own),
    kafka: (own) => startKafka(needed('kafka', tools.kafka), own),
  };
  return startTogether(
    context.signal,
    [...new Set(request.manifest.needs)].map((name) => async (signal) => {
      return [name, await step(name, context, request, () => starters[name]({ ...context, signal }))] as const;
    }),
  );
}

/** The caller resolves the tools of what the manifest needs. */
function needed<T>(name: StoreName, tool: T | undefined): T {
  if (tool === undefined) throw new Error(`the tool for ${name} was not resolved`);
  return tool;
}
