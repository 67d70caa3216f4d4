import { readFile } from 'node:fs/promises';
import { pollUntil } from '../system/polling.ts';
import { type ComposeService, mysqlAccount } from './docker-compose-model.ts';
import { answersMetadata, passRecordThrough, readBrokerSettings } from './kafka-readiness.ts';
import { askMysql, mysqlUrl } from './mysql-question.ts';
import { waitUntilReady } from './readiness.ts';
import { askRedis } from './redis-question.ts';
import type { StoreName } from './stack.ts';
import type { RunningContainer, StartContext, Store } from './start-context.ts';

/** A container whose store is to answer. */
export interface AwaitedStore {
  readonly container: RunningContainer;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly service: ComposeService;
  readonly context: Pick<StartContext, 'clock' | 'signal'>;
}

/** The first start of MySQL's image makes its data folder and starts a temporary server before. */
const timeoutMs = 180_000;
const attemptTimeoutMs = 20_000;
const intervalMs = 100;
const logLimitMs = 3_000;

/** Resolves with the store when it answers over its own protocol; rejects with `part-not-started` and the end of its log. */
export const awaitStore: Record<StoreName, (awaited: AwaitedStore) => Promise<Store>> = {
  redis: async ({ container, port, service, context }) => {
    const wait = { ...context, timeoutMs, intervalMs };
    const { product, version = 'unknown', settings } = await waitUntilReady(container, () => askRedis(port), wait);
    const part = { name: 'redis', product, version, origin: 'docker', settings: { ...settings, ...imageOf(service) } };
    return { part, container, url: `redis://127.0.0.1:${port}` };
  },

  mysql: async ({ container, port, service, context }) => {
    const account = mysqlAccount(service);
    const wait = { ...context, timeoutMs, intervalMs };
    const { settings, ...facts } = await waitUntilReady(container, () => askMysql(account, port), wait);
    const part = { name: 'mysql', ...facts, origin: 'docker', settings: { ...settings, ...imageOf(service) } };
    return { part, container, url: mysqlUrl(account, port) };
  },

  kafka: async ({ container, port, service, context }) => {
    const broker = `127.0.0.1:${port}`;
    const wait = { ...context, timeoutMs, attemptTimeoutMs, intervalMs };
    await waitUntilReady(container, () => answersMetadata(broker, null), wait);
    await waitUntilReady(container, (signal) => passRecordThrough(broker, signal), wait);
    const part = {
      name: 'kafka',
      product: 'Apache Kafka',
      version: await kafkaVersion(container, context),
      origin: 'docker',
      settings: { ...(await brokerSettings(broker)), ...javaSettings(service), ...imageOf(service) },
    };
    return { part, container, url: broker };
  },
};

function imageOf({ image }: ComposeService): Record<string, string> {
  return image === undefined ? {} : { image };
}

/** No protocol tells a broker's version; it stands in its log at the start. */
async function kafkaVersion(
  { logFile }: RunningContainer,
  { clock, signal }: AwaitedStore['context'],
): Promise<string> {
  const found = await pollUntil(async () => /\bKafka version: (\S+)/.exec(await readFile(logFile, 'utf8'))?.[1], {
    clock,
    signal,
    timeoutMs: logLimitMs,
    intervalMs,
  });
  return found.timedOut ? 'unknown' : found.value;
}

async function brokerSettings(broker: string): Promise<Record<string, string | number>> {
  const names = ['num.partitions', 'num.io.threads', 'num.network.threads'];
  const settings = await readBrokerSettings(broker, names).catch(() => ({}));
  return Object.fromEntries(Object.entries<string>(settings).map(([name, value]) => [name, Number(value)]));
}

/** As far as the image takes them from its environment. */
function javaSettings({ environment }: ComposeService): Record<string, string> {
  const heap = /-Xmx(\S+)/.exec(environment?.KAFKA_HEAP_OPTS ?? '')?.[1];
  const jvm = environment?.KAFKA_JVM_PERFORMANCE_OPTS;
  return { ...(heap === undefined ? {} : { heap }), ...(jvm ? { jvm } : {}) };
}
