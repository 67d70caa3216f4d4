import type { Redis } from 'ioredis';
import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';

/** A group whose lag Redis cannot tell is counted by reading what it has not read, up to this many entries. */
export const mostCounted = 1000;

const groupsReply = z.array(z.array(z.unknown()).transform(pairs));
const streamReply = z.array(z.unknown()).transform(pairs);
const groupFields = z.object({
  name: z.string(),
  pending: z.number(),
  lag: z.number().nullish(),
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
  const groups = groupsReply.parse(await redis.xinfo('GROUPS', stream.key));
  const group = groups.find((fields) => fields.name === stream.group);
  if (group === undefined) return { [lagKey]: await redis.xlen(stream.key), [pendingKey]: 0 };
  const { lag: known, pending, 'last-delivered-id': lastDelivered } = groupFields.parse(group);
  const lag = known === 0 ? 0 : await correctedLag(redis, stream.key, lastDelivered, known ?? null);
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
  const fields = streamReply.parse(await redis.xinfo('STREAM', key));
  if (fields['last-generated-id'] === lastDelivered) return 0;
  if (known !== null) return known;
  const unread = await redis.xrange(key, `(${lastDelivered}`, '+', 'COUNT', mostCounted + 1);
  return unread.length > mostCounted ? undefined : unread.length;
}

/** `[name, value, name, value]` */
function pairs(flat: unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[String(flat[i])] = flat[i + 1];
  return fields;
}
