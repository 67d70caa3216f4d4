import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessSpec, SupervisedProcess } from '../system/supervisor.ts';
import type { KafkaTool } from '../system/tool.ts';
import {
  brokerProperties,
  brokerSettings,
  javaOptions,
  loggingProperties,
  type ProxiedListener,
} from './kafka-configuration.ts';
import { answersMetadata, passRecordThrough } from './kafka-readiness.ts';
import type { PutProxy } from './local-toxiproxy.ts';
import type { Ports } from './ports.ts';
import { describeExit, notStarted, startOnFreePort, waitForExit, waitUntilReady } from './readiness.ts';
import type { StartContext, StartedStore } from './start-context.ts';

const formatTimeoutMs = 60_000;
const timeoutMs = 60_000;
const attemptTimeoutMs = 20_000;
// The broker needs the processor more than our questions do.
const intervalMs = 100;

/** One broker that is its own controller (KRaft). Ready = a record went in and came out again. */
export async function startKafka(
  tool: KafkaTool,
  context: StartContext,
  putProxy: PutProxy | null = null,
): Promise<StartedStore> {
  return startOnFreePort(context.ports, async (port) => {
    // A new folder for each try: a broker that finds itself registered waits until that session has timed out.
    const folder = await context.supervisor.tempDir('kafka');
    const properties = join(folder, 'server.properties');
    const logging = join(folder, 'log4j2.properties');
    const proxied = putProxy === null ? null : await proxiedListener(putProxy, context.ports);
    const ownPorts = [port, await context.ports.next()] as const;
    await writeFile(properties, brokerProperties(join(folder, 'data'), ...ownPorts, proxied));
    await writeFile(logging, loggingProperties);
    const java = (mainClass: string, args: readonly string[], name: string): ProcessSpec => ({
      name,
      file: tool.java.file,
      args: [...javaOptions(logging), '-cp', tool.classpath, mainClass, ...args],
      env: { ...context.env, ...tool.java.env },
      cwd: folder,
      logFile: join(context.logFolder, `${name}.log`),
    });

    const clusterId = newClusterId();
    const format = await context.spawn(
      java('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', properties], 'kafka-format'),
    );
    const exit = await waitForExit(format, { ...context, timeoutMs: formatTimeoutMs });
    if (exit.code !== 0) throw await notStarted('kafka', `made no data folder: ${describeExit(exit)}`, format.logFile);

    const spec = java('kafka.Kafka', [properties], 'kafka');
    const broker = `127.0.0.1:${port}`;
    const ready = async (started: SupervisedProcess, signal: AbortSignal) => {
      const wait = { clock: context.clock, signal, timeoutMs, attemptTimeoutMs, intervalMs };
      await waitUntilReady(started, () => answersMetadata(broker, clusterId), wait);
      await waitUntilReady(started, (within) => passRecordThrough(broker, within), wait);
    };
    const process = await context.spawn(spec);
    await ready(process, context.signal);
    return {
      part: {
        name: 'kafka',
        product: 'Apache Kafka',
        version: tool.version,
        origin: 'local',
        settings: { ...brokerSettings, java: tool.javaVersion },
      },
      process,
      port,
      url: broker,
      restart: { spec, ready },
      ...(proxied === null ? {} : { proxiedUrl: `127.0.0.1:${proxied.proxyPort}` }),
    };
  });
}

/** The proxy is there before the broker, which tells its address to whoever comes through it. */
async function proxiedListener(putProxy: PutProxy, ports: Ports): Promise<ProxiedListener> {
  const port = await ports.next();
  return { port, proxyPort: await putProxy(port) };
}

/** A UUID in base64url, as Kafka makes its own: never with a dash in front, which would be read as an option. */
export function newClusterId(random: (bytes: number) => Buffer = randomBytes): string {
  for (;;) {
    const id = random(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
