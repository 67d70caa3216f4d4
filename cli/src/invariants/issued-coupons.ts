import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Stores } from './stores.ts';

const page = 5_000;

/** Who holds a coupon of one campaign according to each store. */
export interface Campaign {
  readonly id: string;
  /** Coupons that there were; 0 when nobody knows the campaign. */
  readonly stock: number;
  /** What is left according to the hash in Redis; null when it is not there. */
  readonly remaining: number | null;
  /** Entries of the stream, one for each coupon that was given out. */
  readonly issued: number;
  /** Users in the stream. */
  readonly streamUsers: ReadonlySet<string>;
  /** Members of the set in Redis. */
  readonly setUsers: ReadonlySet<string>;
  /** Redis will forget the set by itself. */
  readonly setExpires: boolean;
  /** Users in the table. */
  readonly rowUsers: ReadonlySet<string>;
}

/**
 * Reads `coupon:issued` (untrimmed in a run), the campaigns' hashes and sets, and the tables, page by page.
 * Holds the users' ids in memory, about 100 bytes for each and store.
 */
export async function readCampaigns(stores: Stores): Promise<Campaign[]> {
  const redis = await stores.redis();
  const stocks = new Map(
    (await stores.rows(z.object({ id, stock: z.coerce.number() }), 'SELECT id, stock FROM coupon_campaign')).map(
      (row) => [row.id, row.stock],
    ),
  );
  const inTable = await stores.rows(z.object({ id }), 'SELECT DISTINCT campaign_id AS id FROM coupon_issue');
  const stream = await readStream(redis);
  const ids = new Set([...stocks.keys(), ...inTable.map((row) => row.id), ...stream.keys()]);
  const campaigns: Campaign[] = [];
  for (const campaign of ids) {
    const key = `coupon:campaign:${campaign}`;
    const [stock = null, remaining = null] = await redis.hmget(key, 'stock', 'remaining');
    const entries = stream.get(campaign);
    campaigns.push({
      id: campaign,
      stock: stocks.get(campaign) ?? Number(stock ?? 0),
      remaining: remaining === null ? null : Number(remaining),
      issued: entries?.issued ?? 0,
      streamUsers: entries?.users ?? new Set(),
      // Before the members: a set that ends in between had a time to live.
      setExpires: (await redis.pttl(`${key}:users`)) >= 0,
      setUsers: await readSet(redis, `${key}:users`),
      rowUsers: await readRows(stores, campaign),
    });
  }
  return campaigns;
}

const id = z.union([z.string(), z.number()]).transform(String);
const entryFields = z.object({ campaignId: z.string(), userId: z.string() });

async function readStream(redis: Redis): Promise<Map<string, { issued: number; users: Set<string> }>> {
  const campaigns = new Map<string, { issued: number; users: Set<string> }>();
  let from = '-';
  for (;;) {
    const entries = await redis.xrange('coupon:issued', from, '+', 'COUNT', page);
    for (const [, flat] of entries) {
      const { campaignId, userId } = entryFields.parse(fieldsOf(flat));
      const campaign = campaigns.get(campaignId) ?? { issued: 0, users: new Set() };
      campaign.issued += 1;
      campaign.users.add(userId);
      campaigns.set(campaignId, campaign);
    }
    const last = entries.at(-1)?.[0];
    if (last === undefined || entries.length < page) return campaigns;
    from = `(${last}`;
  }
}

function fieldsOf(flat: readonly string[]): Record<string, string> {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(String(flat[i]), String(flat[i + 1]));
  return Object.fromEntries(fields);
}

async function readSet(redis: Redis, key: string): Promise<Set<string>> {
  const members = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await redis.sscan(key, cursor, 'COUNT', page);
    for (const member of found) members.add(member);
    cursor = next;
  } while (cursor !== '0');
  return members;
}

async function readRows(stores: Stores, campaign: string): Promise<Set<string>> {
  const users = new Set<string>();
  const form = z.object({ user: z.union([z.string(), z.number()]) });
  const columns = 'SELECT user_id AS user FROM coupon_issue WHERE campaign_id = ?';
  let last: string | number | undefined;
  for (;;) {
    const rows =
      last === undefined
        ? await stores.rows(form, `${columns} ORDER BY user_id LIMIT ${page}`, [campaign])
        : await stores.rows(form, `${columns} AND user_id > ? ORDER BY user_id LIMIT ${page}`, [campaign, last]);
    for (const { user } of rows) users.add(String(user));
    last = rows.at(-1)?.user;
    if (last === undefined || rows.length < page) return users;
  }
}
