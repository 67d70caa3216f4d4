import type { Redis } from 'ioredis';
import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { campaignKey, issuedStream, usersKey } from '../coupon/campaign.ts';
import { decodeEntries, type IssuedCoupon } from '../coupon/stream-entry.ts';
import { type Session, sessionOf } from '../stores/mysql.ts';
import { type Issue, settleIssues } from './issues.ts';

const page = 1_000;

interface Campaign {
  readonly id: number;
  readonly stock: number;
}

/**
 * Of each campaign the first coupons hold, one for each user, up to the stock. The others are taken back: from the table,
 * the stream and the set. Stream, set and hash then say what holds, also when Redis has forgotten them. Resolves with the
 * number of coupons that were taken back.
 */
export async function reconcileCoupons(mysql: Connection, redis: Redis): Promise<number> {
  const session = sessionOf(mysql);
  const given = await readStream(redis);
  let takenBack = 0;
  for (const campaign of await readCampaigns(session)) {
    const rows = await readRows(session, campaign.id);
    const { kept, surplus } = settleIssues(given.get(campaign.id) ?? [], rows, campaign.stock);
    const holders = new Set(kept.map(({ userId }) => userId));
    const others = rows.map(({ userId }) => userId).filter((userId) => !holders.has(userId));
    // Rows first: a row without its entry would look like a coupon that Redis lost, should this end in between.
    await deleteRows(session, campaign.id, others);
    await mendStream(redis, campaign.id, kept, surplus);
    await mendHolders(redis, campaign.id, holders);
    await redis.hset(campaignKey(campaign.id), { stock: campaign.stock, remaining: campaign.stock - holders.size });
    takenBack += surplus.length;
  }
  return takenBack;
}

const campaignRows = z.array(z.object({ id: z.number(), stock: z.number() }));

async function readCampaigns(session: Session): Promise<Campaign[]> {
  return campaignRows.parse(await session.query('SELECT id, stock FROM coupon_campaign ORDER BY id'));
}

const issueRows = z.array(z.object({ user_id: z.number(), issued_at: z.date() }));

async function readRows(session: Session, campaignId: number): Promise<Issue[]> {
  const rows = await session.query(
    'SELECT user_id, issued_at FROM coupon_issue WHERE campaign_id = ? ORDER BY issued_at, user_id',
    [campaignId],
  );
  return issueRows.parse(rows).map((row) => ({ userId: row.user_id, at: row.issued_at, streamId: undefined }));
}

async function deleteRows(session: Session, campaignId: number, userIds: readonly number[]): Promise<void> {
  for (const ids of pagesOf(userIds)) {
    await session.writeMany(
      'DELETE FROM coupon_issue WHERE (campaign_id, user_id) IN (?)',
      ids.map((id) => [campaignId, id]),
    );
  }
}

/** By campaign, in the order in which they were given out. */
async function readStream(redis: Redis): Promise<ReadonlyMap<number, IssuedCoupon[]>> {
  const campaigns = new Map<number, IssuedCoupon[]>();
  let from = '-';
  for (;;) {
    const entries = await redis.xrange(issuedStream, from, '+', 'COUNT', page);
    for (const coupon of decodeEntries(entries).coupons) {
      const ofCampaign = campaigns.get(coupon.campaignId) ?? [];
      ofCampaign.push(coupon);
      campaigns.set(coupon.campaignId, ofCampaign);
    }
    const last = entries.at(-1)?.[0];
    if (last === undefined || entries.length < page) return campaigns;
    from = `(${last}`;
  }
}

async function mendStream(
  redis: Redis,
  campaignId: number,
  kept: readonly Issue[],
  surplus: readonly Issue[],
): Promise<void> {
  for (const issues of pagesOf(surplus)) {
    const ids = issues.flatMap(({ streamId }) => streamId ?? []);
    if (ids.length > 0) await redis.xdel(issuedStream, ...ids);
  }
  for (const { userId, at, streamId } of kept) {
    if (streamId !== undefined) continue;
    await redis.xadd(issuedStream, '*', 'campaignId', campaignId, 'userId', userId, 'at', at.getTime());
  }
}

async function mendHolders(redis: Redis, campaignId: number, holders: ReadonlySet<number>): Promise<void> {
  const key = usersKey(campaignId);
  const members = new Set<number>();
  let cursor = '0';
  do {
    const [next, found] = await redis.sscan(key, cursor, 'COUNT', page);
    for (const member of found) members.add(Number(member));
    cursor = next;
  } while (cursor !== '0');
  for (const ids of pagesOf([...members].filter((id) => !holders.has(id)))) await redis.srem(key, ...ids);
  for (const ids of pagesOf([...holders].filter((id) => !members.has(id)))) await redis.sadd(key, ...ids);
}

function pagesOf<T>(items: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let from = 0; from < items.length; from += page) pages.push(items.slice(from, from + page));
  return pages;
}
