import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlProbe } from '../../src/probes/mysql.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { probeMetricNames } from '../../src/record/metric-catalog.ts';
import type { StartedStore } from '../../src/stack/start-context.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();

describe.skipIf(skipWithout('MySQL probe', found.mysql !== null))('the MySQL probe', () => {
  let room: StoreRoom;
  let store: StartedStore;
  let one: Connection;
  let two: Connection;
  let probe: Probe;
  const read = (ms = 5_000) => probe.read(AbortSignal.timeout(ms));

  beforeAll(async () => {
    room = await openStoreRoom(found);
    store = await room.mysql('shop');
    [one, two] = await Promise.all([createConnection(store.url), createConnection(store.url)]);
    await one.query('CREATE TABLE stock (id INT PRIMARY KEY, amount INT NOT NULL) ENGINE = InnoDB');
    await one.query('INSERT INTO stock VALUES (1, 5), (2, 5)');
    probe = mysqlProbe({
      url: store.url,
      clock: systemClock,
      queries: [
        { metric: 'outbox_pending_rows', sql: 'SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL' },
        { metric: 'nothing', sql: 'SELECT SUM(amount) FROM stock WHERE id > 10' },
      ],
    });
  });

  afterAll(async () => {
    one?.destroy();
    two?.destroy();
    await probe?.close();
    await room?.end();
  });

  it('leaves out a value that it cannot read, with the reason, and keeps the others', async () => {
    const values = await read();
    expect(values).not.toHaveProperty('outbox_pending_rows');
    expect(values).not.toHaveProperty('nothing');
    expect(values).toMatchObject({ mysql_deadlocks: 0, mysql_lock_waiters: 0 });
    expect(values.mysql_threads_connected).toBeGreaterThanOrEqual(3);
    expect(values.mysql_ping_ms).toBeGreaterThan(0);
    expect(probe.notes()).toEqual([
      expect.stringMatching(/^outbox_pending_rows: .*outbox.* doesn't exist/),
      expect.stringContaining('nothing: no single value'),
    ]);
  });

  it('reads every metric of a MySQL or MariaDB', async () => {
    const expected = probeMetricNames.filter((name) => name.startsWith('mysql_'));
    expect(Object.keys(await read()).sort()).toEqual(expected.toSorted());
  });

  it('reads it as soon as it is there', async () => {
    await one.query('CREATE TABLE outbox (id INT PRIMARY KEY, sent_at DATETIME NULL)');
    await one.query('INSERT INTO outbox VALUES (1, NULL), (2, NULL), (3, NOW())');
    expect(await read()).toMatchObject({ outbox_pending_rows: 2 });
    expect(probe.notes()).toHaveLength(1);
  });

  it('counts those who wait for a row, while they wait', async () => {
    await one.beginTransaction();
    await one.query('UPDATE stock SET amount = 4 WHERE id = 1');
    const waiting = two.query('UPDATE stock SET amount = 3 WHERE id = 1');
    expect(await untilRead((values) => values.mysql_lock_waiters === 1)).toMatchObject({
      mysql_lock_waiters: 1,
      mysql_row_lock_current_waits: 1,
      mysql_row_lock_waits: 1,
    });
    await one.commit();
    await waiting;
    expect(await untilRead((values) => values.mysql_lock_waiters === 0)).toMatchObject({
      mysql_row_lock_current_waits: 0,
      mysql_deadlocks: 0,
    });
  });

  it('counts a deadlock of two transactions', async () => {
    await one.beginTransaction();
    await two.beginTransaction();
    await one.query('UPDATE stock SET amount = 2 WHERE id = 1');
    await two.query('UPDATE stock SET amount = 2 WHERE id = 2');
    const crossed = await Promise.allSettled([
      one.query('UPDATE stock SET amount = 1 WHERE id = 2'),
      two.query('UPDATE stock SET amount = 1 WHERE id = 1'),
    ]);
    await Promise.all([one.rollback(), two.rollback()]);
    expect(crossed.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await read()).toMatchObject({ mysql_deadlocks: 1 });
  });

  it('gives up a reading when the server stands still, and reads again when it goes on', async () => {
    await store.process.kill('SIGSTOP');
    await expect(read(300)).rejects.toThrow();
    await store.process.kill('SIGCONT');
    expect(await read()).toMatchObject({ mysql_deadlocks: 1 });
  });

  it('fails when the server is gone', async () => {
    await store.process.stop({ graceMs: 0 });
    await expect(read()).rejects.toThrow();
    await expect(read()).rejects.toThrow('ECONNREFUSED');
  });

  async function untilRead(condition: (values: Record<string, number>) => boolean) {
    const result = await pollUntil(
      async () => {
        const values = await read();
        return condition(values) ? values : undefined;
      },
      // InnoDB refreshes INNODB_TRX at most every 100 ms.
      { clock: systemClock, timeoutMs: 10_000, intervalMs: 150 },
    );
    return result.timedOut ? undefined : result.value;
  }
});
