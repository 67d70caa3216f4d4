import type { Admin } from 'kafkajs';
import { LoadkitError } from '../system/error.ts';
import { isUnknownTopic } from './kafka-failure.ts';

export interface GroupState {
  /** Null when the broker does not tell: there is no such group, or it uses the newer protocol. */
  readonly members: number | null;
  /** By topic and partition; where nothing was committed there is no entry. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

export async function readGroup(admin: Admin, group: string): Promise<GroupState> {
  const [described, offsets] = await Promise.all([
    admin.describeGroups([group]),
    // All topics of the group: asking for one that does not exist would fail for the others too.
    admin.fetchOffsets({ groupId: group }),
  ]);
  const [state] = described.groups;
  const committed = offsets.map(({ topic, partitions }) => {
    const known = partitions.map(({ partition, offset }) => [partition, offsetOf(offset)] as const);
    return [topic, new Map(known.filter(([, offset]) => offset >= 0))] as const;
  });
  return {
    members: state === undefined || state.state === 'Dead' ? null : state.members.length,
    committed: new Map(committed),
  };
}

export interface PartitionEnds {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
}

/** Undefined when there is no such topic. */
export async function readTopic(admin: Admin, topic: string): Promise<PartitionEnds[] | undefined> {
  try {
    const watermarks = await admin.fetchTopicOffsets(topic);
    return watermarks.map(({ partition, low, high }) => ({ partition, low: offsetOf(low), end: offsetOf(high) }));
  } catch (error) {
    if (isUnknownTopic(error)) return undefined;
    throw error;
  }
}

/** kafkajs gives offsets as text. @throws LoadkitError `kafka-answer` for what is none: a missing one would count as 0 */
export function offsetOf(text: string): number {
  const offset = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(offset)) return offset;
  throw new LoadkitError('kafka-answer', `the broker answered "${text.slice(0, 40)}" where an offset was expected`);
}
