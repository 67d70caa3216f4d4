import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import type { ProcessSpec, SupervisedProcess } from '../system/supervisor.ts';
import type { RedisTool } from '../system/tool.ts';
import { startOnFreePort, waitUntilReady } from './readiness.ts';
import { askRedis, type RedisFacts } from './redis-question.ts';
import type { StartContext, StartedStore } from './start-context.ts';

const timeoutMs = 30_000;

/**
 * Redis with its data in a temp folder and an append-only file that is flushed each second, or, without persistence, in
 * memory alone. Ready = PING answered.
 */
export async function startRedis(
  tool: RedisTool,
  context: StartContext,
  { persistent = true }: { readonly persistent?: boolean } = {},
): Promise<StartedStore> {
  const folder = await context.supervisor.tempDir('redis');
  return startOnFreePort(context.ports, async (port) => {
    const spec: ProcessSpec = {
      name: 'redis',
      file: tool.server.file,
      args: redisArguments(folder, port, persistent),
      env: { ...context.env, ...tool.server.env },
      cwd: folder,
      logFile: join(context.logFolder, 'redis.log'),
    };
    const ready = (process: SupervisedProcess, signal: AbortSignal) =>
      waitUntilReady(process, () => askOurs(port, process.pid), { clock: context.clock, signal, timeoutMs });
    const process = await context.spawn(spec);
    const { version, settings } = await ready(process, context.signal);
    return {
      part: { name: 'redis', product: tool.product, version: version ?? tool.version, origin: 'local', settings },
      process,
      port,
      url: `redis://127.0.0.1:${port}`,
      restart: { spec, ready },
    };
  });
}

function redisArguments(folder: string, port: number, persistent: boolean): string[] {
  const options = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    daemonize: 'no',
    appendonly: persistent ? 'yes' : 'no',
    appendfsync: 'everysec',
    save: '',
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

async function askOurs(port: number, pid: number): Promise<RedisFacts> {
  const facts = await askRedis(port);
  // Somebody else's Redis answers PING just as well.
  if (facts.pid !== pid) throw new LoadkitError('port-taken', `another Redis has port ${port}`);
  return facts;
}
