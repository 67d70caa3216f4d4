import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../../src/config/environment.ts';
import { startKafka } from '../../src/stack/local-kafka.ts';
import { startMysql } from '../../src/stack/local-mysql.ts';
import { startRedis } from '../../src/stack/local-redis.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { waitUntilReady } from '../../src/stack/readiness.ts';
import type { StartContext } from '../../src/stack/start-context.ts';
import { systemClock } from '../../src/system/clock.ts';
import type { Executable } from '../../src/system/tool.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { withJava } from '../../src/toolchain/kafka.ts';
import { surveyTools } from '../../src/toolchain/survey.ts';

const environment = readEnvironment();

/** The stores that this machine has, and what stands before them in a drill; null for one that is not installed. */
export async function findStores() {
  const { redis, mysql, kafka, java, toxiproxy } = await surveyTools({
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
    toxiproxy: toxiproxy.found?.tool ?? null,
    kafka: kafka.found && java.found ? withJava(kafka.found.tool, java.found.tool) : null,
  };
}

/** A program with options of a test's own. */
export interface OwnProgram {
  readonly executable: Executable;
  /** @param folder empty, and goes with the room */
  readonly args: (folder: string) => readonly string[];
}

export interface OwnServer {
  readonly name: string;
  readonly executable: Executable;
  /** A free one when it is left out. */
  readonly port?: number;
  /** @param folder empty, and goes with the room */
  readonly args: (port: number, folder: string) => readonly string[];
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
    /** A free port that nobody else of this room gets. */
    port: () => context.ports.next(),
    /** Any server. Ready = its port accepts a connection. */
    server: async ({ name, executable, port: wanted, args }: OwnServer) => {
      const [port, folder] = await Promise.all([wanted ?? context.ports.next(), supervisor.tempDir(name)]);
      const process = await supervisor.spawn({
        name,
        file: executable.file,
        args: args(port, folder),
        env: { ...context.env, ...executable.env },
        cwd: folder,
        logFile: join(folder, 'server.log'),
      });
      await waitUntilReady(process, () => accepts(port), { ...context, timeoutMs: 60_000 });
      return { port, process };
    },
    /** A program that ends by itself; resolves with the folder that it was given. */
    run: async (name: string, { executable, args }: OwnProgram): Promise<string> => {
      const folder = await supervisor.tempDir(name);
      const { file, env } = executable;
      const logFile = join(folder, 'program.log');
      const program = { name, file, args: args(folder), env: { ...context.env, ...env }, cwd: folder, logFile };
      const { code } = await (await supervisor.spawn(program)).exited;
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${readFileSync(logFile, 'utf8')}`);
      return folder;
    },
    end: async () => {
      await supervisor.close({ graceMs: 0 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type StoreRoom = Awaited<ReturnType<typeof openStoreRoom>>;

function accepts(port: number): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', reject);
  });
}

/** For a group of tests; CI refuses to go without. `cure` brings what is missing. */
export function skipWithout(what: string, present: boolean, cure = 'loadkit setup'): boolean {
  const isRequired = environment.lookup('LOADKIT_REQUIRE_TOOLS') !== undefined;
  if (!present && !isRequired) console.warn(`미실시: ${what} (${cure})`);
  return !present && !isRequired;
}
