import type { Redis } from 'ioredis';
import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';
import { decodeAnswer } from './answer.ts';

/** A group whose lag Redis cannot tell is counted by reading what it has not read, up to this many entries. */
export const mostCounted = 1000;

const groupsReply = z.array(z.array(z.unknown()).transform(pairs));
const streamReply = z.array(z.unknown()).transform(pairs);
const groupFields = z.object({
  name: z.string(),
  pending: z.number().min(0),
  lag: z.number().min(0).nullish(),
  'last-delivered-id': z.string(),
});

/**
 * Lag and pending entries of one group. A stream or group that does not exist yet has nothing to process: its lag is the
 * length of the stream, or 0. The lag is left out where nobody knows it.
 */
export async function readStream(
  redis: Redis,
  stream: { readonly key: string; readonly group: string },
): Promise<Record<string, number>> {
  const tags = { stream: stream.key, group: stream.group };
  const lagKey = metricKey('redis_stream_lag', tags);
  const pendingKey = metricKey('redis_stream_pending', tags);
  // Asking for the groups of a key that is not there would count as an error of the server, every second.
  if ((await redis.exists(stream.key)) === 0) return { [lagKey]: 0, [pendingKey]: 0 };
  const group = decodeGroup(await redis.xinfo('GROUPS', stream.key), stream.group);
  if (group === null) return { [lagKey]: await redis.xlen(stream.key), [pendingKey]: 0 };
  const { lag: known, pending, lastDelivered } = group;
  const lag = known === 0 ? 0 : await correctedLag(redis, stream.key, lastDelivered, known);
  return lag === undefined ? { [pendingKey]: pending } : { [lagKey]: lag, [pendingKey]: pending };
}

// Redis answers a nil lag after XDEL, or for a group that was made in the middle of its stream; after a restart from
// its append-only file it has forgotten how many entries were read, and names a lag that never ends (seen in 7.0.15).
async function correctedLag(
  redis: Redis,
  key: string,
  lastDelivered: string,
  known: number | null,
): Promise<number | undefined> {
  if (decodeLastId(await redis.xinfo('STREAM', key)) === lastDelivered) return 0;
  if (known !== null) return known;
  const unread = await redis.xrange(key, `(${lastDelivered}`, '+', 'COUNT', mostCounted + 1);
  return unread.length > mostCounted ? undefined : unread.length;
}

interface StreamGroup {
  readonly pending: number;
  /** Null where Redis does not know. */
  readonly lag: number | null;
  readonly lastDelivered: string;
}

/** One group of the answer to `XINFO GROUPS`; null when it is not there. */
export function decodeGroup(answer: unknown, name: string): StreamGroup | null {
  const group = decodeAnswer(groupsReply, answer, 'XINFO GROUPS').find((fields) => fields.name === name);
  if (group === undefined) return null;
  const { lag, pending, 'last-delivered-id': lastDelivered } = decodeAnswer(groupFields, group, 'XINFO GROUPS');
  return { pending, lag: lag ?? null, lastDelivered };
}

/** `last-generated-id` of the answer to `XINFO STREAM`; null when it does not say. */
export function decodeLastId(answer: unknown): string | null {
  const { 'last-generated-id': id } = decodeAnswer(streamReply, answer, 'XINFO STREAM');
  return typeof id === 'string' ? id : null;
}

/** `[name, value, name, value]` */
function pairs(flat: unknown[]): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i];
    if (typeof name === 'string') fields.set(name, flat[i + 1]);
  }
  return Object.fromEntries(fields);
}
