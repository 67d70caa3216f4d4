import type { Socket } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { metricKey } from '../record/metric-key.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { abortable } from './abortable.ts';
import { lagOf, type PartitionOffsets, positionOf, type TimeLag, timeLag } from './kafka-lag.ts';
import type { Probe } from './probe.ts';

export interface KafkaProbeOptions {
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly groups?: readonly { readonly group: string; readonly topic: string }[];
}

interface Session {
  readonly admin: Admin;
  /** Metadata requests that were answered so far. */
  readonly metadataRequests: () => number;
  readonly cut: () => void;
}

/**
 * Offsets of the topics and of the groups that read them, through the admin API.
 * A topic that does not exist yet has lag 0; one that was there and is not found any more makes the reading fail.
 */
export function kafkaProbe(options: KafkaProbeOptions): Probe {
  const { clock, timeoutMs = 1_900, groups = [] } = options;
  const ages = new Map<string, TimeLag>();
  const seenTopics = new Set<string>();
  const unknownAge = new Set<string>();
  let session: Session | undefined;

  const drop = (): void => {
    session?.cut();
    session = undefined;
  };

  const readAll = async (): Promise<Record<string, number>> => {
    session ??= openSession(options.brokers, timeoutMs);
    const current = session;
    const { admin } = current;
    await admin.connect();
    const values: Record<string, number> = { kafka_metadata_ms: await timeMetadata(current, clock) };
    const members = await countMembers(admin, groups);
    for (const { group, topic } of groups) {
      const partitions = await readPartitions(admin, group, topic);
      if (partitions === undefined && seenTopics.has(topic)) {
        throw new LoadkitError('topic-gone', `topic ${topic} is not there any more`);
      }
      if (partitions !== undefined) seenTopics.add(topic);
      const age = oldest(group, topic, partitions ?? []);
      values[metricKey('kafka_end_offset', { topic })] = sum(partitions ?? [], ({ end }) => end);
      values[metricKey('kafka_committed_offset', { group, topic })] = sum(partitions ?? [], positionOf);
      values[metricKey('kafka_consumer_lag', { group, topic })] = sum(partitions ?? [], lagOf);
      if (age === undefined) unknownAge.add(group);
      else {
        unknownAge.delete(group);
        values[metricKey('kafka_consumer_time_lag_ms', { group, topic })] = age;
      }
      const count = members.get(group);
      if (count !== undefined) values[metricKey('kafka_group_members', { group })] = count;
    }
    return values;
  };

  /** Age over all partitions; undefined when it is not known of one that lags. */
  const oldest = (group: string, topic: string, partitions: readonly PartitionOffsets[]): number | undefined => {
    const at = clock.monotonic();
    const known = partitions.map((offsets) => {
      const key = `${group} ${topic} ${offsets.partition}`;
      const age = ages.get(key) ?? timeLag();
      ages.set(key, age);
      return age.observe(at, offsets);
    });
    return known.reduce<number | undefined>(
      (most, age) => (most === undefined || age === undefined ? undefined : Math.max(most, age)),
      0,
    );
  };

  return {
    name: 'kafka',
    timeoutMs,
    read: async (signal) => {
      try {
        return await abortable(signal, drop, readAll);
      } catch (error) {
        drop();
        throw error;
      }
    },
    notes: () =>
      [...unknownAge].map(
        (group) => `kafka_consumer_time_lag_ms of ${group}: its oldest record is older than the first reading`,
      ),
    close: async () => drop(),
  };
}

function openSession(brokers: readonly string[], timeoutMs: number): Session {
  const sockets = new Set<Socket>();
  const kafka = new Kafka({
    clientId: 'loadkit-probe',
    brokers: [...brokers],
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    // kafkajs has no way to end a request that hangs: its sockets are kept at hand and destroyed.
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connectSocket({ host, port }, onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  const admin = kafka.admin();
  let answered = 0;
  admin.on(admin.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Metadata') answered += 1;
  });
  return {
    admin,
    metadataRequests: () => answered,
    cut: () => {
      for (const socket of sockets) socket.destroy(new Error('the probe gave up'));
      admin.disconnect().catch(() => undefined);
    },
  };
}

/** Mean round trip of a Metadata request in milliseconds: `describeCluster` sends one or two, one after the other. */
async function timeMetadata(session: Session, clock: Clock): Promise<number> {
  const answeredBefore = session.metadataRequests();
  const before = clock.monotonic();
  await session.admin.describeCluster();
  return (clock.monotonic() - before) / Math.max(1, session.metadataRequests() - answeredBefore);
}

async function countMembers(
  admin: Admin,
  groups: readonly { readonly group: string }[],
): Promise<ReadonlyMap<string, number>> {
  if (groups.length === 0) return new Map();
  const described = await admin.describeGroups([...new Set(groups.map(({ group }) => group))]);
  return new Map(described.groups.map(({ groupId, members }) => [groupId, members.length]));
}

/** Undefined when there is no such topic. */
async function readPartitions(admin: Admin, group: string, topic: string): Promise<PartitionOffsets[] | undefined> {
  try {
    // Committed first: a record that is written and processed in between then counts as lag, never as a negative one.
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const watermarks = await admin.fetchTopicOffsets(topic);
    // The two answers list the partitions in different orders.
    const committedOf = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return watermarks.map(({ partition, low, high }) => ({
      partition,
      low: Number(low),
      end: Number(high),
      committed: committedOf.get(partition) ?? -1,
    }));
  } catch (error) {
    if (isUnknownTopic(error)) return undefined;
    throw error;
  }
}

function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return true;
  return error.cause !== error && isUnknownTopic(error.cause);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
