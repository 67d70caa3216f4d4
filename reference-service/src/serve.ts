import { setTimeout as delay } from 'node:timers/promises';
import { addApi } from './api.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { limitHeap } from './heap-limit.ts';
import { healthRoutes } from './http/health.ts';
import { CalmLog, createLog, type Log } from './log.ts';
import { createMetrics, watchOverride, watchPool } from './metrics.ts';
import { parts as ownParts, type Parts } from './parts.ts';
import { followOverrides } from './settings-override.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { createRedis } from './stores/redis.ts';
import { startWorker } from './worker.ts';

/**
 * One process of the service, in the role that `ROLE` names, until a signal ends it. One that cannot be started ends
 * with its reason on stderr: 2 for a wrong setting, otherwise 1.
 */
export async function serve(parts: Parts = ownParts): Promise<void> {
  try {
    const config = readConfig();
    const log = createLog(config.role, config.logLevel);
    const onFatal = (error: unknown): void => {
      log.fatal({ err: error }, 'stopped by an error that nobody handled');
      process.exit(1);
    };
    process.on('uncaughtException', onFatal);
    process.on('unhandledRejection', onFatal);
    await start(config, log, parts);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

async function start(config: Config, log: Log, parts: Parts): Promise<void> {
  const calmLog = new CalmLog(log);
  const metrics = createMetrics();
  const override = followOverrides({ config, read: (settings) => readConfig(undefined, settings), log, calmLog });
  watchOverride(metrics.registry, override);
  limitHeap({ settings: config.boot, onSettingsChange: override.onChange, log });
  if (config.boot.delayMs > 0) await delay(config.boot.delayMs);
  const redis = createRedis(config.redis, calmLog);
  const mysql = parts.mysql(config.mysql, metrics);
  watchPool(metrics.registry, mysql.permits);
  let stopping = false;

  const app = await parts.server({ limits: config.http, metrics, log, calmLog });
  const context = { parts, config, override, redis, mysql, metrics, log, calmLog };
  const api = config.role === 'worker' ? undefined : addApi(app, context);
  const workerParts = config.role === 'api' ? [] : await startWorker(context);
  healthRoutes(app, {
    timeoutMs: config.healthTimeoutMs,
    isStopping: () => stopping,
    checks: {
      redis: () => redis.ping(),
      mysql: () => mysql.ping(),
      ...Object.fromEntries(workerParts.map((part) => [part.name, () => part.check()] as const)),
    },
  });
  shutDownOnSignal({
    log,
    timeoutMs: config.shutdownTimeoutMs,
    onBegin: () => {
      stopping = true;
      override.stop();
    },
    // Requests first: what they confirm must still find its store. Then the worker finishes what it has in hand.
    steps: [
      { name: 'http', run: () => app.close() },
      { name: 'events', run: async () => api?.close() },
      { name: 'worker', run: () => Promise.all(workerParts.map((part) => part.stop())) },
      { name: 'mysql', run: () => mysql.close() },
      { name: 'redis', run: async () => redis.disconnect() },
    ],
  });
  await app.listen({ host: config.http.host, port: config.http.port });
}
