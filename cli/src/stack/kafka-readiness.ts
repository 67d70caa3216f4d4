import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { defer } from '../system/deferred.ts';
import { LoadkitError } from '../system/error.ts';

/** `ConfigResourceTypes.BROKER` of kafkajs, which exports its value for CommonJS only. */
const brokerResource = 4;

/** True when the broker of that cluster answers; somebody else's broker on the same port has another id. Null: of any. */
export async function answersMetadata(broker: string, clusterId: string | null): Promise<true> {
  const admin = client(broker).admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (clusterId !== null && cluster.clusterId !== clusterId)
      throw new LoadkitError('port-taken', `another Kafka has ${broker}`);
    return true;
  } finally {
    await admin.disconnect();
  }
}

/** Settings of a broker as it reports them; empty when it does not. */
export async function readBrokerSettings(broker: string, names: readonly string[]): Promise<Record<string, string>> {
  const admin = client(broker).admin();
  try {
    await admin.connect();
    const [node] = (await admin.describeCluster()).brokers;
    const resource = { type: brokerResource, name: String(node?.nodeId ?? 1), configNames: [...names] };
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
  } finally {
    await admin.disconnect();
  }
}

/** True when a record of a scratch topic went in and came out again, through a consumer group. Topic and group are deleted. */
export async function passRecordThrough(broker: string, signal: AbortSignal): Promise<true> {
  const kafka = client(broker);
  const name = `loadkit-ready-${randomBytes(4).toString('hex')}`;
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer = kafka.consumer({ groupId: name, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
  const received = defer<void>();
  received.promise.catch(() => {});
  const stop = () => received.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({
      topics: [{ topic: name, numPartitions: 1, replicationFactor: 1 }],
      waitForLeaders: true,
    });
    await producer.send({ topic: name, messages: [{ value: name }] });
    await consumer.subscribe({ topic: name, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        if (message.value?.toString() === name) received.resolve();
      },
    });
    await received.promise;
    await consumer.disconnect();
    await Promise.all([admin.deleteTopics({ topics: [name] }), admin.deleteGroups([name])]);
    return true;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.allSettled([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
  }
}

function client(broker: string): Kafka {
  return new Kafka({
    clientId: 'loadkit-ready',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    // A coordinator that is still loading is asked again soon; everything else by our own polling.
    retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 8 },
  });
}
