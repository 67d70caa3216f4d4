import { type Admin, AssignerProtocol } from 'kafkajs';
import type { Clock } from '../system/clock.ts';
import { kafkaRefusal } from './kafka-failure.ts';

export interface WatchedGroup {
  readonly group: string;
  readonly topic: string;
}

export interface GroupDiscovery {
  /** The groups of the broker with the topics that they read; looked for anew after `everyMs`. */
  find(admin: Admin): Promise<readonly WatchedGroup[]>;
  /** What was left out. */
  notes(): readonly string[];
}

interface DiscoveryLimits {
  readonly everyMs: number;
  readonly mostGroups: number;
  readonly mostTopics: number;
}

/** Each costs the broker some requests a second. */
export const discoveryLimits: DiscoveryLimits = { everyMs: 10_000, mostGroups: 20, mostTopics: 50 };

/** Finds the consumer groups of a broker of which nobody said what to watch. */
export function groupDiscovery(clock: Clock, limits: DiscoveryLimits = discoveryLimits): GroupDiscovery {
  const { everyMs, mostGroups, mostTopics } = limits;
  let found: readonly WatchedGroup[] = [];
  let foundAt: number | undefined;
  let notes: string[] = [];

  const lookAgain = async (admin: Admin): Promise<void> => {
    const names = await consumerGroups(admin);
    const watched = await Promise.all(names.slice(0, mostGroups).map((group) => topicsOf(admin, group)));
    const pairs = watched.flat();
    const topics = [...new Set(pairs.map(({ topic }) => topic))].sort();
    const kept = new Set(topics.slice(0, mostTopics));
    found = pairs.filter(({ topic }) => kept.has(topic));
    notes = [
      ...leftOut('consumer groups', names, mostGroups),
      ...leftOut('topics that are read', topics, mostTopics),
      ...(names.length === 0 ? ['no consumer group was found; groups are looked for every 10 s'] : []),
    ];
  };

  return {
    find: async (admin) => {
      if (foundAt === undefined || clock.monotonic() - foundAt >= everyMs) {
        await lookAgain(admin);
        foundAt = clock.monotonic();
      }
      return found;
    },
    notes: () => notes,
  };
}

/** In the order of their names; without those of Kafka Connect and other protocols. */
export async function consumerGroups(admin: Admin): Promise<string[]> {
  const { groups } = await admin.listGroups();
  return groups
    .filter(({ protocolType }) => protocolType === 'consumer' || protocolType === '')
    .map(({ groupId }) => groupId)
    .sort();
}

/** What it has committed, and what its members read without having committed anything yet. */
async function topicsOf(admin: Admin, group: string): Promise<WatchedGroup[]> {
  try {
    const [offsets, described] = await Promise.all([
      admin.fetchOffsets({ groupId: group }),
      admin.describeGroups([group]),
    ]);
    const assigned = described.groups.flatMap(({ members }) =>
      members.flatMap(({ memberAssignment }) =>
        memberAssignment.length === 0 ? [] : assignedTopics(memberAssignment),
      ),
    );
    const topics = new Set([...offsets.map(({ topic }) => topic), ...assigned]);
    return [...topics].sort().map((topic) => ({ group, topic }));
  } catch (error) {
    if (kafkaRefusal(error) !== undefined) return [];
    throw error;
  }
}

/** None where a client of another make wrote what kafkajs cannot read: what its group has committed still tells. */
export function assignedTopics(memberAssignment: Buffer): string[] {
  try {
    return Object.keys(AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {});
  } catch {
    return [];
  }
}

function leftOut(what: string, names: readonly string[], most: number): string[] {
  if (names.length <= most) return [];
  const rest = names.length - most;
  return [
    `${rest} of ${names.length} ${what} are not recorded, the first ${most} by name are; loadkit.json can name others`,
  ];
}
