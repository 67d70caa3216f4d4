import { join } from 'node:path';
import { Redis } from 'ioredis';
import { LoadkitError } from '../system/error.ts';
import type { RedisTool } from '../system/tool.ts';
import { startOnFreePort, waitUntilReady } from './readiness.ts';
import type { StartContext, StartedStore } from './start-context.ts';

const timeoutMs = 30_000;
const reported = ['appendonly', 'appendfsync', 'save', 'maxmemory', 'maxmemory-policy', 'io-threads'];

/** Redis with its data in a temp folder and an append-only file that is flushed each second. Ready = PING answered. */
export async function startRedis(tool: RedisTool, context: StartContext): Promise<StartedStore> {
  const folder = await context.supervisor.tempDir('redis');
  return startOnFreePort(context.ports, async (port) => {
    const process = await context.spawn({
      name: 'redis',
      file: tool.server.file,
      args: redisArguments(folder, port),
      env: { ...context.env, ...tool.server.env },
      cwd: folder,
      logFile: join(context.logFolder, 'redis.log'),
    });
    const { version, settings } = await waitUntilReady(process, () => ask(port, process.pid), {
      ...context,
      timeoutMs,
    });
    return {
      part: { name: 'redis', product: tool.product, version: version ?? tool.version, origin: 'local', settings },
      process,
      port,
      url: `redis://127.0.0.1:${port}`,
    };
  });
}

function redisArguments(folder: string, port: number): string[] {
  const options = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

async function ask(
  port: number,
  pid: number,
): Promise<{ version: string | undefined; settings: Record<string, string> }> {
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: null, connectTimeout: 1000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
    const info = await redis.info('server');
    // Somebody else's Redis answers PING just as well.
    if (field(info, 'process_id') !== String(pid))
      throw new LoadkitError('port-taken', `another Redis has port ${port}`);
    const settings: Record<string, string> = {};
    for (const name of reported) {
      const value = (await configGet(redis, name))?.[1];
      if (value !== undefined) settings[name] = value;
    }
    return { version: field(info, 'valkey_version') ?? field(info, 'redis_version'), settings };
  } finally {
    redis.disconnect();
  }
}

async function configGet(redis: Redis, name: string): Promise<string[] | undefined> {
  const answer = await redis.config('GET', name);
  return Array.isArray(answer) ? answer.map(String) : undefined;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
