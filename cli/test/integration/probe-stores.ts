import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../../src/config/environment.ts';
import { startKafka } from '../../src/stack/local-kafka.ts';
import { startMysql } from '../../src/stack/local-mysql.ts';
import { startRedis } from '../../src/stack/local-redis.ts';
import { freePorts } from '../../src/stack/ports.ts';
import type { StartContext } from '../../src/stack/start-context.ts';
import { systemClock } from '../../src/system/clock.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { withJava } from '../../src/toolchain/kafka.ts';
import { surveyTools } from '../../src/toolchain/survey.ts';

const environment = readEnvironment();

/** The stores that this machine has; null for one that is not installed. */
export async function findStores() {
  const { redis, mysql, kafka, java } = await surveyTools({
    settings: environment.tools,
    path: environment.path,
    cacheFolder: environment.cacheFolder,
    pinnedFolder: fileURLToPath(new URL('../../toolchain', import.meta.url)),
    platform: process.platform,
    arch: process.arch,
    env: environment.forChildren,
    signal: AbortSignal.timeout(60_000),
  });
  return {
    redis: redis.found?.tool ?? null,
    mysql: mysql.found?.tool ?? null,
    kafka: kafka.found && java.found ? withJava(kafka.found.tool, java.found.tool) : null,
  };
}

export type FoundStores = Awaited<ReturnType<typeof findStores>>;

/** A place to start stores in; `end` leaves no process and no folder. */
export async function openStoreRoom(found: FoundStores) {
  const folder = mkdtempSync(join(tmpdir(), 'lk-stores-'));
  const supervisor = await startSupervisor({ tempRoot: folder, clock: systemClock });
  const context: StartContext = {
    supervisor,
    spawn: (spec) => supervisor.spawn(spec),
    clock: systemClock,
    ports: freePorts(),
    env: environment.forChildren,
    logFolder: folder,
    signal: new AbortController().signal,
  };
  const present = <T>(tool: T | null): T => {
    if (tool === null) throw new Error('not installed');
    return tool;
  };
  return {
    redis: () => startRedis(present(found.redis), context),
    mysql: (database: string) => startMysql(present(found.mysql), database, context),
    kafka: () => startKafka(present(found.kafka), context),
    /** A second Redis on the port of one that has ended. */
    redisAgain: (port: number) => startRedis(present(found.redis), { ...context, ports: { next: async () => port } }),
    end: async () => {
      await supervisor.close({ graceMs: 0 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type StoreRoom = Awaited<ReturnType<typeof openStoreRoom>>;

/** For a group of tests; CI refuses to go without. */
export function skipWithout(what: string, present: boolean): boolean {
  if (!present && environment.lookup('LOADKIT_REQUIRE_TOOLS') === undefined)
    console.warn(`미실시: ${what} (loadkit setup)`);
  return !present && environment.lookup('LOADKIT_REQUIRE_TOOLS') === undefined;
}
