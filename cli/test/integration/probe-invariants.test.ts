import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerTally } from '../../src/invariants/answers.ts';
import { countBaseline, countInvariants, type InvariantRequest } from '../../src/invariants/registry.ts';
import type { Drain } from '../../src/record/run-record.ts';
import { openShop, type Shop } from './probe-invariants-shop.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const drained: Drain = { drained: true, tookMs: 900, limitMs: 60_000, left: {} };
const notDrained: Drain = { drained: false, tookMs: 5_000, limitMs: 5_000, left: { outbox_pending_rows: 1 } };

function answers(coupons: number, orders: number, unknown = 0) {
  const tally = answerTally();
  const counters = {
    'http_reqs{name:issue_coupon,status:201}': coupons,
    'http_reqs{name:create_order,status:201}': orders,
    'http_reqs{name:create_order,status:0}': unknown,
  };
  tally.add({ kind: 'load', t: 1, from: 0, instance: 0, counters, gauges: {}, histograms: {} });
  return tally;
}

describe.skipIf(skipWithout('invariants', found.redis !== null && found.mysql !== null))('the invariants', () => {
  let room: StoreRoom;
  let shop: Shop;
  let endpoints: { redisUrl: string; mysqlUrl: string };

  beforeAll(async () => {
    room = await openStoreRoom(found);
    const [redis, mysql] = await Promise.all([room.redis(), room.mysql('shop')]);
    endpoints = { redisUrl: redis.url, mysqlUrl: mysql.url };
    shop = await openShop(redis.url, mysql.url);
  });
  afterAll(async () => {
    shop?.close();
    await room?.end();
  });
  beforeEach(() => shop.fill());

  async function count(changes: Partial<InvariantRequest> = {}) {
    const request = { endpoints, answers: answers(10, 3), interrupted: 0, drain: drained };
    const invariants = await countInvariants('coupon-order', {
      ...request,
      signal: new AbortController().signal,
      ...changes,
    });
    const broken = invariants.filter(({ outcome }) => outcome !== 'held');
    return {
      invariants,
      of: (id: string) => invariants.find((invariant) => invariant.id === id),
      broken: Object.fromEntries(broken.map(({ id, violations, reason }) => [id, violations ?? reason])),
    };
  }

  it('all hold in a run where nothing went wrong', async () => {
    const { invariants, broken, of } = await count();
    expect(broken).toEqual({});
    expect(invariants.map(({ id }) => id)).toEqual([
      'over-issue',
      'duplicate-issue',
      'redis-db-agree',
      'holder-set',
      'lost-issue',
      'stock-negative',
      'order-without-stock',
      'stock-without-order',
      'order-lost',
      'duplicate-idempotency-key',
      'outbox-drained',
      'points-missing',
      'points-without-order',
      'double-accrual',
      'balance-ledger',
    ]);
    expect(of('over-issue')?.evidence).toEqual({ issued: 10, set: 10, rows: 10, stock: 10 });
    expect(of('order-without-stock')?.evidence).toEqual({ unbalanced: 0, pieces: 0, sold: 6, taken: 6 });
    expect(of('stock-without-order')?.evidence).toEqual({ unbalanced: 0, pieces: 0, sold: 6, taken: 6 });
  });

  it('hold with zeros as evidence where there is nothing to look at', async () => {
    for (const table of ['orders', 'order_item', 'outbox', 'point_ledger', 'point_balance', 'product']) {
      await shop.mysql.query(`TRUNCATE TABLE ${table}`);
    }
    const { broken, of } = await count({ answers: answers(10, 0) });
    expect(broken).toEqual({});
    expect(of('points-missing')?.evidence).toEqual({ orders: 0, missing: 0 });
  });

  it('count over-issue and duplicates in the stream, which the table hides', async () => {
    await shop.issue(1);
    await shop.issue(1);
    await shop.issue(11);
    await shop.redis.sadd('coupon:campaign:1:users', 11);
    await shop.mysql.query('INSERT INTO coupon_issue VALUES (1, 11)');
    const { broken, of } = await count({ answers: answers(13, 3) });
    expect(broken).toEqual({ 'over-issue': 3, 'duplicate-issue': 2 });
    expect(of('lost-issue')?.evidence).toMatchObject({ rows: 11, duplicates: 2, acknowledged: 13, lost: 0 });
  });

  it('count a coupon that was acknowledged and is nowhere as lost', async () => {
    expect((await count({ answers: answers(12, 3) })).broken).toEqual({ 'lost-issue': 2 });
  });

  it('do not call a coupon lost that was acknowledged and taken back', async () => {
    const { broken, of } = await count({ answers: answers(13, 3), couponsTakenBack: 3 });
    expect(broken).toEqual({});
    expect(of('lost-issue')?.evidence).toMatchObject({ rows: 10, takenBack: 3, acknowledged: 13, lost: 0 });
    expect((await count({ answers: answers(14, 3), couponsTakenBack: 3 })).broken).toEqual({ 'lost-issue': 1 });
  });

  it('count what Redis and the table do not agree on, in both directions', async () => {
    await shop.mysql.query('UPDATE coupon_issue SET user_id = 99 WHERE user_id = 4');
    const { broken, of } = await count();
    expect(broken).toEqual({ 'redis-db-agree': 2 });
    expect(of('redis-db-agree')?.evidence).toMatchObject({ rowMissing: 1, streamMissing: 1 });
  });

  it('count holders that the set has forgotten and members that have no coupon, and see that the set will end', async () => {
    await shop.redis.srem('coupon:campaign:1:users', 7);
    await shop.redis.sadd('coupon:campaign:1:users', 77, 78);
    await shop.redis.expire('coupon:campaign:1:users', 600);
    const { broken, of } = await count();
    expect(broken).toEqual({ 'holder-set': 3, 'over-issue': 1 });
    expect(of('holder-set')?.evidence).toEqual({ issued: 10, set: 11, forgotten: 1, emptyHanded: 2, expiring: 1 });
  });

  it('tell orders whose pieces never left the stock from pieces that left it without an order', async () => {
    await shop.mysql.query('UPDATE product SET stock = 95 WHERE id = 1');
    await shop.mysql.query('UPDATE product SET stock = 97 WHERE id = 2');
    const { broken, of } = await count();
    expect(broken).toEqual({ 'order-without-stock': 1, 'stock-without-order': 1 });
    expect(of('order-without-stock')?.evidence).toEqual({ unbalanced: 1, pieces: 1, sold: 6, taken: 8 });
    expect(of('stock-without-order')?.evidence).toEqual({ unbalanced: 1, pieces: 3, sold: 6, taken: 8 });
  });

  it('compare many users, page by page', async () => {
    const users = Array.from({ length: 11_990 }, (_, n) => n + 100);
    const pipeline = shop.redis.pipeline();
    for (const user of users) pipeline.xadd('coupon:issued', '*', 'campaignId', 1, 'userId', user, 'at', 0);
    pipeline.sadd('coupon:campaign:1:users', ...users);
    await pipeline.exec();
    await shop.mysql.query('INSERT INTO coupon_issue VALUES ?', [users.map((user) => [1, user])]);
    await shop.mysql.query('UPDATE coupon_campaign SET stock = 12000');
    const { broken, of } = await count({ answers: answers(12_000, 3) });
    expect(broken).toEqual({});
    expect(of('redis-db-agree')?.evidence).toMatchObject({ issued: 12_000, rows: 12_000, set: 12_000 });
  });

  it('count negative and unbalanced stock', async () => {
    await shop.mysql.query('UPDATE product SET stock = -1 WHERE id = 1');
    await shop.redis.hset('coupon:campaign:1', 'remaining', -3);
    const { broken, of } = await count();
    expect(broken).toEqual({ 'stock-negative': 2, 'stock-without-order': 1 });
    expect(of('stock-negative')?.evidence).toMatchObject({ lowest: -1, negative: 1, negativeCampaigns: 1 });
  });

  it('allow orders that may have been done without an answer, and no others', async () => {
    await shop.mysql.query("INSERT INTO orders VALUES (4, 4, 'key-4', 0), (5, 5, 'key-5', 0)");
    await shop.mysql.query(
      "INSERT INTO point_ledger (event_id, order_id, user_id, points) VALUES ('e4',4,4,0),('e5',5,5,0)",
    );
    expect((await count({ answers: answers(10, 3, 1), interrupted: 1 })).broken).toEqual({});
    expect((await count({ answers: answers(10, 3, 1) })).broken).toEqual({ 'order-lost': 1 });
    expect((await count({ answers: answers(10, 3, 1), interrupted: null })).broken).toEqual({
      'order-lost': 'in-flight-unknown',
    });
    expect((await count({ answers: answers(10, 6) })).broken).toEqual({ 'order-lost': 1 });
  });

  it('count points that are missing, doubled, without an order or not in the balance', async () => {
    await shop.mysql.query('DELETE FROM point_ledger WHERE order_id = 1');
    await shop.mysql.query(
      "INSERT INTO point_ledger (event_id, order_id, user_id, points) VALUES ('event-2', 2, 2, 10), ('event-9', 9, 3, 10)",
    );
    expect((await count()).broken).toEqual({
      'points-missing': 1,
      'points-without-order': 1,
      'double-accrual': 1,
      'balance-ledger': 3,
    });
  });

  it('count an idempotency key that was used twice by one user', async () => {
    await shop.mysql.query("UPDATE orders SET idempotency_key = 'key-1'");
    expect((await count()).broken).toEqual({});
    await shop.mysql.query('UPDATE orders SET user_id = 1 WHERE id = 2');
    expect((await count()).broken).toEqual({ 'duplicate-idempotency-key': 1 });
  });

  it('call what is absent late before the drain, and missing after it or past the freshness limit', async () => {
    await shop.mysql.query('DELETE FROM point_ledger WHERE order_id = 3');
    await shop.mysql.query('DELETE FROM point_balance WHERE user_id = 3');
    await shop.mysql.query('UPDATE outbox SET sent_at = NULL WHERE order_id = 3');
    await shop.mysql.query('DELETE FROM coupon_issue WHERE user_id = 10');
    const late = ['redis-db-agree', 'lost-issue', 'outbox-drained', 'points-missing'];
    const all = (value: string | number) => Object.fromEntries(late.map((id) => [id, value]));
    expect((await count({ drain: notDrained })).broken).toEqual(all('late'));
    expect((await count({ drain: notDrained, freshnessLimitMs: 4_000 })).broken).toEqual(all(1));
    expect((await count()).broken).toEqual(all(1));
  });

  it('are undetermined, never held, when a store cannot be reached', async () => {
    const nobody = 'redis://127.0.0.1:1';
    const { invariants } = await count({ endpoints: { ...endpoints, redisUrl: nobody } });
    const undetermined = invariants.filter(({ outcome }) => outcome === 'undetermined');
    expect(undetermined.map(({ id }) => id)).toEqual([
      'over-issue',
      'duplicate-issue',
      'redis-db-agree',
      'holder-set',
      'lost-issue',
      'stock-negative',
    ]);
    expect(undetermined.every(({ reason }) => reason?.includes('ECONNREFUSED'))).toBe(true);

    const none = await count({
      endpoints: { redisUrl: endpoints.redisUrl, mysqlUrl: 'mysql://u:secret@127.0.0.1:1/shop' },
    });
    expect(
      none.invariants.every(({ outcome, reason }) => outcome === 'undetermined' && !reason?.includes('secret')),
    ).toBe(true);
  });

  it('are undetermined, not counted elsewhere, when Redis has no database of that number', async () => {
    const { of } = await count({ endpoints: { ...endpoints, redisUrl: `${endpoints.redisUrl}/99` } });
    expect(of('over-issue')).toMatchObject({ outcome: 'undetermined', reason: expect.stringContaining('DB index') });
  });

  it('are undetermined when a table is missing, or when there is no time', async () => {
    await shop.mysql.query('RENAME TABLE outbox TO elsewhere');
    const { broken } = await count();
    await shop.mysql.query('RENAME TABLE elsewhere TO outbox');
    expect(broken).toEqual({ 'outbox-drained': expect.stringMatching(/outbox.* doesn't exist/) });

    await shop.mysql.query('LOCK TABLES point_ledger WRITE');
    const { of } = await count({ timeoutMs: 700 });
    await shop.mysql.query('UNLOCK TABLES');
    expect(of('points-missing')).toMatchObject({ outcome: 'undetermined', reason: 'timeout', violations: null });
  });

  describe('in stores that are not emptied', () => {
    const baseline = () => countBaseline('coupon-order', { endpoints, signal: new AbortController().signal });

    async function sellOneMore(order: number): Promise<void> {
      await shop.mysql.query("INSERT INTO orders VALUES (?, 9, CONCAT('key-', ?), 100)", [order, order]);
      await shop.mysql.query('INSERT INTO order_item VALUES (?, 2, 1)', [order]);
      await shop.mysql.query('UPDATE product SET stock = stock - 1 WHERE id = 2');
      await shop.mysql.query('INSERT INTO point_ledger (event_id, order_id, user_id, points) VALUES (?, ?, 9, 10)', [
        `event-${order}`,
        order,
      ]);
      await shop.mysql.query('INSERT INTO point_balance VALUES (9, 10) ON DUPLICATE KEY UPDATE balance = balance + 10');
    }

    it('are held when the load did what it was told, whatever was there before', async () => {
      const before = await baseline();
      expect(before.every(({ outcome }) => outcome === 'held')).toBe(true);
      await sellOneMore(4);
      const { broken, of } = await count({ answers: answers(0, 1), baseline: before });
      expect(broken).toEqual({});
      expect(of('order-lost')?.evidence).toMatchObject({ orders: 4, before: 3, acknowledged: 1, lost: 0 });
      expect(of('lost-issue')?.evidence).toMatchObject({ rows: 10, before: 10, acknowledged: 0 });
      // Without a baseline the same stores would accuse the run.
      expect((await count({ answers: answers(0, 1) })).broken).toMatchObject({ 'order-lost': 3 });
    });

    it('are violated by what was lost in this load', async () => {
      const before = await baseline();
      await sellOneMore(4);
      expect((await count({ answers: answers(0, 3), baseline: before })).broken).toEqual({ 'order-lost': 2 });
    });

    it('do not blame the run for what was wrong before, nor for what others wrote', async () => {
      await shop.mysql.query('DELETE FROM point_ledger WHERE order_id = 1');
      const before = await baseline();
      await shop.issue(1);
      await sellOneMore(4);
      const { broken, of } = await count({ answers: answers(1, 0), baseline: before });
      expect(broken).toEqual({
        'over-issue': 1,
        'duplicate-issue': 1,
        'order-lost': 'surplus-of-others',
        'points-missing': 'violated-before',
        'balance-ledger': 'violated-before',
      });
      expect(of('points-missing')?.evidence).toMatchObject({ violationsBefore: 1, violationsAfter: 1 });
    });

    it('are undetermined with the reason of the server when the database has none of the tables', async () => {
      const empty = { ...endpoints, mysqlUrl: endpoints.mysqlUrl.replace(/[^/]+$/, 'information_schema') };
      const signal = new AbortController().signal;
      const before = await countBaseline('coupon-order', { endpoints: empty, signal });
      const { invariants } = await count({ endpoints: empty, baseline: before });
      expect(invariants.map(({ outcome }) => outcome)).toEqual(invariants.map(() => 'undetermined'));
      for (const { reason } of invariants) expect(reason).toMatch(/unknown table|doesn't exist/i);
    });

    it('are undetermined where a table came only after the load had begun', async () => {
      await shop.mysql.query('RENAME TABLE outbox TO elsewhere');
      const before = await baseline();
      await shop.mysql.query('RENAME TABLE elsewhere TO outbox');
      expect((await count({ answers: answers(0, 0), baseline: before })).broken).toEqual({});
      await shop.mysql.query('UPDATE outbox SET sent_at = NULL WHERE order_id = 3');
      expect((await count({ answers: answers(0, 0), baseline: before })).broken).toEqual({
        'outbox-drained': 'before-unknown',
      });
    });

    it('name the address that was not given', async () => {
      const { broken } = await count({ endpoints: { redisUrl: null, mysqlUrl: null } });
      expect(new Set(Object.values(broken))).toEqual(new Set(['no-mysql-address', 'no-redis-address']));
    });
  });

  it('are undetermined after an interrupt', async () => {
    const { invariants } = await count({ signal: AbortSignal.abort() });
    expect(new Set(invariants.map(({ outcome, reason }) => `${outcome} ${reason}`))).toEqual(
      new Set(['undetermined interrupted']),
    );
  });
});
