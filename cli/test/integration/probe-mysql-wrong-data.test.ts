import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTable, tables } from '../../../reference-service/src/schema.ts';
import { newUuid } from '../../../reference-service/src/uuid.ts';
import { wrongDataQuestions } from '../../src/detect/wrong-data.ts';
import { countLateness } from '../../src/invariants/registry.ts';
import { mysqlProbe } from '../../src/probes/mysql.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { redisProbe } from '../../src/probes/redis.ts';
import { metricKey } from '../../src/record/metric-key.ts';
import { loadServiceManifest } from '../../src/stack/service-manifest-file.ts';
import { systemClock } from '../../src/system/clock.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const freshnessMs = 10_000;
const { watch } = await loadServiceManifest(fileURLToPath(new URL('../../../reference-service', import.meta.url)));
const { mysqlQueries, redisBounds } = wrongDataQuestions({ watch, freshnessMs });

const points = metricKey('unprocessed_count', { name: 'points' });
const wrong = (name: string) => metricKey('wrong_count', { name });

/** On the tables of the service itself. */
describe.skipIf(skipWithout('wrong data', found.redis !== null && found.mysql !== null))('wrong data', () => {
  let room: StoreRoom;
  let mysql: Connection;
  let redis: Redis;
  let urls: { redisUrl: string; mysqlUrl: string };
  let probes: { mysql: Probe; redis: Probe };

  beforeAll(async () => {
    room = await openStoreRoom(found);
    const [redisStore, mysqlStore] = await Promise.all([room.redis(), room.mysql('shop')]);
    urls = { redisUrl: redisStore.url, mysqlUrl: mysqlStore.url };
    redis = new Redis(redisStore.url);
    mysql = await createConnection({ uri: mysqlStore.url, timezone: 'Z' });
    for (const name of ['orders', 'point_ledger'] as const) await mysql.query(createTable(name, tables[name]));
    probes = {
      mysql: mysqlProbe({ url: mysqlStore.url, clock: systemClock, queries: mysqlQueries }),
      redis: redisProbe({ url: redisStore.url, clock: systemClock, bounds: redisBounds }),
    };
  });
  afterAll(async () => {
    redis?.disconnect();
    mysql?.destroy();
    await Promise.all(Object.values(probes ?? {}).map((probe) => probe.close()));
    await room?.end();
  });
  beforeEach(async () => {
    await redis.flushall();
    for (const name of ['orders', 'point_ledger']) await mysql.query(`TRUNCATE TABLE ${name}`);
  });

  /** An order of so long ago, and points that came so much later; null: none did. */
  async function order(agoMs: number, pointsAfterMs: number | null): Promise<string> {
    const at = Date.now() - agoMs;
    const id = newUuid(at);
    await mysql.query('INSERT INTO orders VALUES (?, 1, ?, ?, 100, ?)', [id, id, 'hash', new Date(at)]);
    if (pointsAfterMs !== null) await accrue(id, at + pointsAfterMs);
    return id;
  }
  async function accrue(orderId: string, at: number): Promise<void> {
    const columns = 'event_id, order_id, user_id, points, created_at';
    await mysql.query(`INSERT INTO point_ledger (${columns}) VALUES (?, ?, 1, 1, ?)`, [
      newUuid(),
      orderId,
      new Date(at),
    ]);
  }
  const read = async (store: 'mysql' | 'redis') => probes[store].read(AbortSignal.timeout(5_000));

  it('are confirmed orders without points, older than the limit and not older than is looked at', async () => {
    await order(2_000, null);
    await order(12_000, 11_000);
    await order(14_000, null);
    await order(20_000, null);
    await order(60_000, null);
    expect(await read('mysql')).toMatchObject({ [points]: 2 });
    expect(probes.mysql.notes()).toEqual([]);
  });

  it('are looked for in the last rows of the index only', async () => {
    const old = Array.from({ length: 4_000 }, (_, n) => {
      const at = Date.now() - 3_600_000 - n * 100;
      return [newUuid(at), 1, newUuid(), 'hash', 100, new Date(at)];
    });
    await mysql.query('INSERT INTO orders VALUES ?', [old]);
    await mysql.query('ANALYZE TABLE orders');
    await order(14_000, null);
    const sql = mysqlQueries.find(({ metric }) => metric === points)?.sql ?? '';
    const [plan] = await mysql.query(`EXPLAIN FORMAT=TRADITIONAL ${sql}`);
    expect(plan).toEqual(
      expect.arrayContaining([expect.objectContaining({ table: 'orders', type: 'range', key: 'PRIMARY' })]),
    );
    expect(await read('mysql')).toMatchObject({ [points]: 1 });
  });

  it('are points that were given twice for one order', async () => {
    const id = await order(3_000, 100);
    expect(await read('mysql')).toMatchObject({ [wrong('double-accrual')]: 0 });
    await accrue(id, Date.now());
    expect(await read('mysql')).toMatchObject({ [wrong('double-accrual')]: 1 });
  });

  it('are more coupons than there are, and two of one user', async () => {
    const issue = async (user: number) => {
      await redis.xadd('coupon:issued', '*', 'campaignId', 1, 'userId', user, 'at', 0);
      await redis.sadd('coupon:campaign:1:users', user);
    };
    const counts = async () => {
      const values = await read('redis');
      return [values[wrong('over-issue')], values[wrong('duplicate-issue')]];
    };
    // Nobody knows how many there are.
    expect(await counts()).toEqual([undefined, 0]);
    await redis.hset('coupon:campaign:1', 'stock', 2);
    await issue(1);
    await issue(2);
    expect(await counts()).toEqual([0, 0]);
    await issue(2);
    await issue(3);
    expect(await counts()).toEqual([2, 1]);
    expect(probes.redis.notes()).toEqual([]);
  });

  it('of a key of another kind are left out with the reason', async () => {
    await redis.set('coupon:issued', 'text');
    await redis.hset('coupon:campaign:1', 'stock', 2);
    expect(await read('redis')).not.toHaveProperty([wrong('over-issue')]);
    expect(probes.redis.notes().join()).toContain('WRONGTYPE');
  });

  it('tell how many orders got their points late, whatever came after the first', async () => {
    await order(60_000, 100);
    await order(60_000, 10_000);
    const late = await order(60_000, 10_001);
    await order(60_000, 14_500);
    await order(60_000, null);
    await accrue(late, Date.now());
    const count = (changes: object = {}) =>
      countLateness('coupon-order', {
        ...{ endpoints: urls, limitMs: freshnessMs, withinMs: 120_000, signal: new AbortController().signal },
        ...changes,
      });
    expect(await count()).toEqual([
      { what: 'points', limitMs: freshnessMs, processed: 4, late: 2, longestMs: 14_500, reason: null },
    ]);
    expect(await count({ withinMs: 1_000 }), 'of a former load').toMatchObject([{ processed: 0, late: 0 }]);
    await mysql.query('TRUNCATE TABLE orders');
    expect(await count()).toMatchObject([{ processed: 0, late: 0, longestMs: 0 }]);
    expect(await count({ endpoints: { ...urls, mysqlUrl: null } })).toMatchObject([
      { processed: null, late: null, reason: 'no-mysql-address' },
    ]);
  });
});
