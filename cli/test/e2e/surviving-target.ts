import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from '../../src/config/environment.ts';
import { faultTargetSchema } from '../../src/faults/fault-target.ts';
import { startLocalStack } from '../../src/stack/local-stack.ts';
import { loadServiceManifest } from '../../src/stack/service-manifest-file.ts';
import { systemClock } from '../../src/system/clock.ts';
import { messageOf } from '../../src/system/error.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { localTools } from '../fixtures/stack/local-tools.ts';
import { projectRoot } from './loadkit.ts';
import type { LookedAt } from './target-remains.ts';

/** The service with its stores, which no drill owns: what is done to it stays until somebody undoes it. */
export interface SurvivingTarget extends LookedAt {
  /** Resolves when all its processes are there and answer; each time with their pids, by name. */
  well(): Promise<Record<string, number>>;
  end(): Promise<void>;
}

const wellWithinMs = 90_000;
const answerMs = 2_000;
const storeDownMs = 1_000;
/** Small, so that it is put in place at once. */
const fixture = { COUPON_STOCK: '100', USERS: '200', PRODUCTS: '20', PRODUCT_STOCK: '1000' };

export async function startSurvivingTarget(): Promise<SurvivingTarget> {
  const manifestFolder = join(projectRoot, 'reference-service');
  const [toolchain, manifest] = await Promise.all([localTools(), loadServiceManifest(manifestFolder)]);
  const tempRoot = mkdtempSync(join(tmpdir(), 'lk-target-'));
  const logFolder = join(tempRoot, 'logs');
  mkdirSync(logFolder);
  const supervisor = await startSupervisor({ tempRoot, clock: systemClock });
  const end = async () => {
    await supervisor.close({ graceMs: 0 });
    rmSync(tempRoot, { recursive: true, force: true });
  };
  try {
    const stack = await startLocalStack(
      {
        manifest,
        set: {},
        fixture: { ...manifest.fixture, ...fixture },
        proxied: ['redis', 'mysql', 'kafka'],
        restarted: { redis: storeDownMs, mysql: storeDownMs, kafka: storeDownMs },
        logFolder,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
      {
        toolchain,
        supervisor,
        clock: systemClock,
        manifestFolder,
        env: readEnvironment().forChildren,
        nodeFile: process.execPath,
      },
    );
    const processesFile = join(tempRoot, 'processes.json');
    const tell = () => {
      writeFileSync(`${processesFile}.draft`, JSON.stringify(stack.processes()));
      renameSync(`${processesFile}.draft`, processesFile);
    };
    tell();
    stack.onEvent(({ name }) => name === 'process-restarted' && tell());
    const { baseUrl, redisUrl, mysqlUrl, kafkaBrokers, metricsUrls } = stack.endpoints;
    const names = stack.processes().map(({ name }) => name);
    return {
      target: faultTargetSchema.parse({
        ...{ baseUrl, redisUrl, mysqlUrl, kafkaBrokers, proxies: stack.proxies },
        processes: stack.processes(),
        processesFile,
        redisLocks: manifest.watch.redisLocks,
        ...{ overridesFile: stack.overridesFile, overridable: manifest.overrides?.settings },
        ...{ metricsUrls, overridesMetric: manifest.overrides?.metric },
      }),
      processes: stack.processes,
      well: async () => {
        const deadline = Date.now() + wellWithinMs;
        for (;;) {
          const alive = Object.fromEntries(stack.processes().map(({ name, pid }) => [name, pid]));
          const ill = [
            ...names.filter((name) => alive[name] === undefined).map((name) => `${name} is gone`),
            ...(await unready([`${baseUrl}/health/ready`, ...Object.values(metricsUrls)])),
          ];
          if (ill.length === 0) return alive;
          if (Date.now() > deadline) throw new Error(`the target is not well: ${ill.join(', ')}`);
          await sleep(100);
        }
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function unready(urls: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(
    urls.map((url) =>
      fetch(url, { signal: AbortSignal.timeout(answerMs) }).then(
        ({ ok, status }) => (ok ? [] : [`${url}: ${status}`]),
        (error: unknown) => [`${url}: ${messageOf(error)}`],
      ),
    ),
  );
  return answers.flat();
}
