import kafkajs, { type Admin, type DescribeConfigResponse } from 'kafkajs';
import { LoadkitError } from '../system/error.ts';
import type { StoreAnswer } from './external-store.ts';

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;

const reported = ['num.partitions', 'default.replication.factor', 'min.insync.replicas', 'num.io.threads'];

/** How many brokers there are, and settings of the controller where they may be read. A broker does not tell its version. */
export async function describeKafka(brokers: readonly string[], timeoutMs: number): Promise<StoreAnswer> {
  const admin = new Kafka({
    clientId: 'loadkit',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    const broker = cluster.controller ?? cluster.brokers[0]?.nodeId;
    return {
      product: 'Apache Kafka',
      version: 'unknown',
      settings: { brokers: cluster.brokers.length, ...(await readSettings(admin, broker)) },
    };
  } catch (error) {
    throw advertised(error, brokers) ?? error;
  } finally {
    admin.disconnect().catch(() => undefined);
  }
}

async function readSettings(admin: Admin, broker: number | undefined): Promise<Record<string, string | number>> {
  if (broker === undefined) return {};
  const resources = [{ type: ConfigResourceTypes.BROKER, name: String(broker), configNames: reported }];
  const described: DescribeConfigResponse | null = await admin
    .describeConfigs({ resources, includeSynonyms: false })
    .catch(() => null);
  const entries = described?.resources[0]?.configEntries ?? [];
  return Object.fromEntries(
    entries.map(({ configName, configValue }) => [
      configName,
      /^\d+$/.test(configValue) ? Number(configValue) : configValue,
    ]),
  );
}

/** The address that was given answered, and named another one, where nobody does: `advertised.listeners` is wrong for us. */
function advertised(error: unknown, brokers: readonly string[]): LoadkitError | null {
  if (!(error instanceof Error)) return null;
  const broker = 'broker' in error && typeof error.broker === 'string' ? error.broker : null;
  // An error of the client that ran out of retries carries the one that counts.
  if (broker === null) return error.cause === error ? null : advertised(error.cause, brokers);
  if (brokers.includes(broker)) return null;
  return new LoadkitError(
    'broker-address',
    `${brokers.join(',')} advertises ${broker}, which does not answer from here: ${error.message}`,
  );
}
