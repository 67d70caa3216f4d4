import type { Admin } from 'kafkajs';
import { metricKey } from '../record/metric-key.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { abortable } from './abortable.ts';
import { explainKafkaFailure, kafkaRefusal } from './kafka-failure.ts';
import { consumerGroups, groupDiscovery, type WatchedGroup } from './kafka-groups.ts';
import { lagOf, type PartitionOffsets, positionOf, type TimeLag, timeLag } from './kafka-lag.ts';
import { type GroupState, type PartitionEnds, readGroup, readTopic } from './kafka-offsets.ts';
import { type KafkaSession, openSession, timeMetadata } from './kafka-session.ts';
import type { Probe } from './probe.ts';

export interface KafkaProbeOptions {
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** Empty or absent: the groups of the broker are found, with the topics that they read. */
  readonly groups?: readonly WatchedGroup[];
}

/**
 * Offsets of the topics and of the groups that read them, through the admin API.
 * Of a topic that does not exist nothing is read; one that was there and is not found any more makes the reading fail,
 * unless its group was found by ourselves. All records of a topic wait for a group that does not exist.
 */
export function kafkaProbe(options: KafkaProbeOptions): Probe {
  const { brokers, clock, timeoutMs = 1_900, groups: named = [] } = options;
  const discovery = named.length === 0 ? groupDiscovery(clock) : undefined;
  const ages = new Map<string, TimeLag>();
  const seenTopics = new Set<string>();
  let notes: string[] = [];
  let session: KafkaSession | undefined;
  /** kafkajs goes on to ask for a topic that is gone, and then finds none of the others. */
  let isStale = false;

  const drop = (): void => {
    session?.cut();
    session = undefined;
    isStale = false;
  };

  const readAll = async (): Promise<Record<string, number>> => {
    if (isStale) drop();
    session ??= openSession(brokers, timeoutMs);
    const current = session;
    const { admin } = current;
    await admin.connect();
    const values: Record<string, number> = { kafka_metadata_ms: await timeMetadata(current, clock) };
    const watched = (await discovery?.find(admin)) ?? named;
    const reading: Reading = { values, notes: [...(discovery?.notes() ?? [])], refused: new Set() };
    // Committed first: a record that is written and processed in between then counts as lag, never as a negative one.
    const groups = await readGroups(admin, watched, reading);
    const topics = await readTopics(admin, watched, reading);
    await noteAbsentGroups(admin, groups, reading);
    for (const { group, topic } of watched) {
      const ends = topics.get(topic);
      if (ends !== undefined) addOffsets(group, topic, ends, groups.get(group), reading);
    }
    notes = reading.notes;
    return values;
  };

  const readTopics = async (
    admin: Admin,
    watched: readonly WatchedGroup[],
    reading: Reading,
  ): Promise<ReadonlyMap<string, PartitionEnds[]>> => {
    const topics = new Map<string, PartitionEnds[]>();
    // One after the other: kafkajs asks for all of them at once, and one that does not exist would hide the others.
    for (const topic of new Set(watched.map((pair) => pair.topic))) {
      const ends = await unlessRefused(`topic ${topic}`, reading, () => readTopic(admin, topic));
      if (ends !== undefined) {
        topics.set(topic, ends);
        seenTopics.add(topic);
        reading.values[metricKey('kafka_end_offset', { topic })] = sum(ends, ({ end }) => end);
      } else if (!reading.refused.has(`topic ${topic}`)) {
        if (seenTopics.has(topic) && discovery === undefined) {
          throw new LoadkitError('topic-gone', `topic ${topic} is not there any more`);
        }
        isStale ||= seenTopics.delete(topic);
        reading.notes.push(`topic ${topic} does not exist, nothing of it is recorded: check its name, or create it`);
      }
    }
    return topics;
  };

  const addOffsets = (
    group: string,
    topic: string,
    ends: readonly PartitionEnds[],
    state: GroupState | undefined,
    { values, notes: lines }: Reading,
  ): void => {
    if (state === undefined) return; // refused
    const committed = state.committed.get(topic);
    const partitions = ends.map((end) => ({ ...end, committed: committed?.get(end.partition) ?? -1 }));
    const age = oldest(group, topic, partitions);
    values[metricKey('kafka_consumer_lag', { group, topic })] = sum(partitions, lagOf);
    if (age === undefined) {
      lines.push(
        `kafka_consumer_time_lag_ms of ${group} in ${topic}: its oldest record is older than the first reading`,
      );
    } else {
      values[metricKey('kafka_consumer_time_lag_ms', { group, topic })] = age;
    }
    if (state.members !== null || committed !== undefined) {
      values[metricKey('kafka_committed_offset', { group, topic })] = sum(partitions, positionOf);
    }
    if (state.members !== null) values[metricKey('kafka_group_members', { group })] = state.members;
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
        throw signal.aborted ? error : await explainKafkaFailure(error, brokers, timeoutMs / 3);
      }
    },
    notes: () => notes,
    close: async () => drop(),
  };
}

/** What one reading has brought so far. */
interface Reading {
  readonly values: Record<string, number>;
  readonly notes: string[];
  /** `group g`, `topic t` */
  readonly refused: Set<string>;
}

async function readGroups(
  admin: Admin,
  watched: readonly WatchedGroup[],
  reading: Reading,
): Promise<ReadonlyMap<string, GroupState>> {
  const names = [...new Set(watched.map(({ group }) => group))];
  const states = await Promise.all(
    names.map(async (group) => {
      const state = await unlessRefused(`group ${group}`, reading, () => readGroup(admin, group));
      return state === undefined ? [] : [[group, state] as const];
    }),
  );
  return new Map(states.flat());
}

async function unlessRefused<T>(what: string, reading: Reading, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const reason = kafkaRefusal(error);
    if (reason === undefined) throw error;
    reading.refused.add(what);
    reading.notes.push(`${what}: ${reason}`);
    return undefined;
  }
}

async function noteAbsentGroups(
  admin: Admin,
  groups: ReadonlyMap<string, GroupState>,
  reading: Reading,
): Promise<void> {
  const silent = [...groups].filter(([, { members }]) => members === null).map(([group]) => group);
  if (silent.length === 0) return;
  const existing = await consumerGroups(admin);
  const others = existing.length === 0 ? 'there is none' : `there are ${existing.slice(0, 5).join(', ')}`;
  for (const group of silent) {
    reading.notes.push(
      existing.includes(group)
        ? `kafka_group_members of ${group}: not told of a group with the newer protocol`
        : `consumer group ${group} does not exist, so that all records wait for it: check its name; ${others}`,
    );
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
