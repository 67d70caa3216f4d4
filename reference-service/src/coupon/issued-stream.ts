import type { Redis } from 'ioredis';
import { z } from 'zod';
import { issuedStream, writerGroup } from './campaign.ts';
import type { RawEntry } from './stream-entry.ts';

const entrySchema = z.tuple([z.string(), z.array(z.string()).nullable()]);
const readReply = z.array(z.tuple([z.string(), z.array(entrySchema)])).nullable();
const claimReply = z.tuple([z.string(), z.array(entrySchema)]).rest(z.unknown());

/** The stream as one member of its consumer group sees it. */
export interface IssuedStream {
  /** Entries that nobody has had yet; waits up to `blockMs` for the first one. */
  next(count: number, blockMs: number): Promise<RawEntry[]>;
  /** Entries that others have had for `idleMs` without acknowledging them; `cursor` goes from call to call. */
  claim(count: number, idleMs: number, cursor: string): Promise<{ cursor: string; entries: RawEntry[] }>;
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Makes stream and group if they are missing. Entries that are already there will be read. */
  create(): Promise<void>;
  /** Corrects the count of read entries of a group that has read all. */
  mendCount(): Promise<void>;
  /** Takes this member off the group; only when it holds nothing, because Redis forgets what it holds. */
  leave(): Promise<void>;
}

/**
 * Redis 7.0 that restarted from its append-only file has forgotten how many entries the group had read, and reports
 * a lag that never falls to 0. Seen with 7.0.15.
 */
const mendScript = `
local function field(reply, name)
  for i = 1, #reply, 2 do if reply[i] == name then return reply[i + 1] end end
end
local stream = redis.call('XINFO', 'STREAM', KEYS[1])
local last, added = field(stream, 'last-generated-id'), field(stream, 'entries-added')
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if field(group, 'name') == ARGV[1] and field(group, 'last-delivered-id') == last and field(group, 'entries-read') ~= added then
    redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], last, 'ENTRIESREAD', added)
  end
end
`;

/** @param blocking a connection of its own: a blocked one answers nothing else */
export function issuedStreamOf(redis: Redis, blocking: Redis, member: string): IssuedStream {
  return {
    next: async (count, blockMs) => {
      const reply = readReply.parse(
        await blocking.xreadgroup(
          'GROUP',
          writerGroup,
          member,
          'COUNT',
          count,
          'BLOCK',
          blockMs,
          'STREAMS',
          issuedStream,
          '>',
        ),
      );
      return reply?.[0]?.[1] ?? [];
    },
    claim: async (count, idleMs, from) => {
      const reply = await redis.xautoclaim(issuedStream, writerGroup, member, idleMs, from, 'COUNT', count);
      const [cursor, entries] = claimReply.parse(reply);
      return { cursor, entries };
    },
    acknowledge: async (ids) => {
      if (ids.length > 0) await redis.xack(issuedStream, writerGroup, ...ids);
    },
    create: () => createIssuedStream(redis),
    mendCount: async () => {
      await redis.eval(mendScript, 1, issuedStream, writerGroup);
    },
    leave: async () => {
      const pending = await redis.xpending(issuedStream, writerGroup, '-', '+', 1, member);
      if (pending.length === 0) await redis.xgroup('DELCONSUMER', issuedStream, writerGroup, member);
    },
  };
}

/** ENTRIESREAD, so that Redis can tell the group's lag from the first entry on. */
export async function createIssuedStream(redis: Redis): Promise<void> {
  try {
    await redis.xgroup('CREATE', issuedStream, writerGroup, '0', 'MKSTREAM', 'ENTRIESREAD', 0);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
  }
}

/** The stream or its group was removed, under a blocked reader too. */
export function isMissingGroup(error: unknown): boolean {
  return error instanceof Error && /NOGROUP|UNBLOCKED/.test(error.message);
}
