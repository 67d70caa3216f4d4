import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureText } from '../../src/probes/failure.ts';
import { type MysqlProbeOptions, mysqlProbe } from '../../src/probes/mysql.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Certificate, selfSigned } from './probe-certificate.ts';
import { type OwnMysql, type OwnMysqlServer, ownMysql } from './probe-mysql-server.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const anyCertificate = '?ssl={"rejectUnauthorized":false}';

describe.skipIf(skipWithout('MySQL in strange surroundings', found.mysql !== null))('the MySQL probe', () => {
  let room: StoreRoom;
  let certificate: Certificate;
  let mysql: OwnMysql;
  let server: OwnMysqlServer;
  const probes: Probe[] = [];

  beforeAll(async () => {
    [room, certificate] = await Promise.all([openStoreRoom(found), selfSigned()]);
    if (found.mysql === null) throw new Error('not installed');
    mysql = await ownMysql(found.mysql, room, certificate);
    server = await mysql.start();
    for (const statement of [
      "CREATE USER 'viewer'@'127.0.0.1' IDENTIFIED BY 'viewer-word'",
      "GRANT SELECT ON shop.* TO 'viewer'@'127.0.0.1'",
      "CREATE USER 'secure'@'127.0.0.1' IDENTIFIED BY 'secure-word' REQUIRE SSL",
      'CREATE DATABASE private',
      'CREATE TABLE private.outbox (id INT PRIMARY KEY)',
    ]) {
      await server.admin.query(statement);
    }
  });
  afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));
  afterAll(async () => {
    server?.admin.destroy();
    await room?.end();
    certificate?.remove();
  });

  function probeOf(account: string, path = '/shop', options: Partial<MysqlProbeOptions> = {}): Probe {
    const url = `mysql://${account}@127.0.0.1:${server.port}${path}`;
    const probe = mysqlProbe({ url, clock: systemClock, ...options });
    probes.push(probe);
    return probe;
  }

  const read = (probe: Probe) => probe.read(AbortSignal.timeout(10_000));
  /** What the failed sample says. */
  const failure = (probe: Probe) => read(probe).then(() => 'it read', failureText);

  it('names a wrong password without printing it, and does not try it every second', async () => {
    const probe = probeOf('viewer:guessed-word');
    const before = await refusedLogins();
    const first = await failure(probe);
    const refused = (await refusedLogins()) - before;
    expect(first).toBe(
      `MySQL at 127.0.0.1:${server.port} refuses user or password of the URL: ` +
        "Access denied for user 'viewer'@'127.0.0.1' (using password: YES)",
    );
    expect(await failure(probe)).toBe(first);
    expect([refused, (await refusedLogins()) - before]).toEqual([2, 2]); // in the clear and over TLS
  });

  it('names a database that is not there, or not for the account', async () => {
    expect(await failure(probeOf('admin:admin-word', '/shpo'))).toMatch(/database shpo of the URL .*Unknown database/);
    expect(await failure(probeOf('viewer:viewer-word', '/private'))).toMatch(/database private of the URL .*denied/);
  });

  it('says that a server, or an account, demands TLS, and reads over it', async () => {
    expect(await failure(probeOf('secure:secure-word'))).toContain(
      'demands TLS for this account: end the URL with ?ssl={}',
    );
    expect(await read(probeOf('secure:secure-word', `/${anyCertificate}`))).toHaveProperty('mysql_questions');
    expect(await failure(probeOf('viewer:viewer-word', '/shop?ssl={}'))).toMatch(/not trusted \(self-signed.*EXTRA_CA/);
    await server.admin.query('SET GLOBAL require_secure_transport = ON');
    try {
      expect(await failure(probeOf('viewer:viewer-word'))).toContain(
        `MySQL at 127.0.0.1:${server.port} demands TLS for this account: end the URL with ?ssl={}`,
      );
      expect(await read(probeOf('viewer:viewer-word', `/shop${anyCertificate}`))).toHaveProperty('mysql_questions');
    } finally {
      await overTls('SET GLOBAL require_secure_transport = OFF');
    }
  });

  it('leaves out what the account may not read, names the grant that allows it, and reads the rest', async () => {
    const query = { metric: 'outbox_pending_rows', sql: 'SELECT COUNT(*) FROM private.outbox' };
    const probe = probeOf('viewer:viewer-word', '/shop', { queries: [query] });
    const values = await read(probe);
    expect(values).toMatchObject({ mysql_threads_connected: expect.any(Number), mysql_row_lock_waits: 0 });
    for (const absent of ['mysql_deadlocks', 'mysql_lock_waiters', 'outbox_pending_rows']) {
      expect(values).not.toHaveProperty(absent);
    }
    expect(probe.notes()).toEqual([
      expect.stringMatching(
        /^mysql_deadlocks: Access denied.*`GRANT PROCESS ON \*\.\* TO 'viewer'@'127\.0\.0\.1'` allows/,
      ),
      expect.stringMatching(/^mysql_lock_waiters: .*denied.*`GRANT (PROCESS|SELECT) ON .* TO 'viewer'@'127\.0\.0\.1'`/),
      expect.stringMatching(
        /^outbox_pending_rows: SELECT command denied.*`GRANT SELECT ON DATABASE\.TABLE TO 'viewer'/,
      ),
    ]);

    const grants = probe.notes().flatMap((note) => /`(GRANT [^`]+)` allows it/.exec(note)?.[1] ?? []);
    for (const grant of grants) await server.admin.query(grant.replace('DATABASE.TABLE', 'private.outbox'));
    const anew = probeOf('viewer:viewer-word', '/shop', { queries: [query] }); // PROCESS holds from the next login on
    expect(await read(anew)).toMatchObject({ mysql_deadlocks: 0, mysql_lock_waiters: 0, outbox_pending_rows: 0 });
    expect(anew.notes()).toEqual([]);
  });

  it('says that the counter of deadlocks is off, and how it is switched on', async () => {
    await server.admin.query("SET GLOBAL innodb_monitor_disable = 'lock_deadlocks'");
    const probe = probeOf('admin:admin-word');
    expect(await read(probe)).not.toHaveProperty('mysql_deadlocks');
    const cure = /`(SET GLOBAL [^`]+)`/.exec(probe.notes().join())?.[1] ?? 'no cure';
    await server.admin.query(cure);
    expect(await read(probe)).toMatchObject({ mysql_deadlocks: 0 });
  });

  if (found.mysql?.product === 'MySQL') {
    it('leaves out who waits for a lock where the performance schema is off, instead of reading nobody', async () => {
      server.admin.destroy();
      await server.server.stop({ graceMs: 20_000 });
      server = await mysql.start('--performance-schema=OFF');
      const probe = probeOf('admin:admin-word');
      const values = await read(probe);
      expect(values).toMatchObject({ mysql_deadlocks: 0, mysql_row_lock_current_waits: 0 });
      expect(values).not.toHaveProperty('mysql_lock_waiters');
      expect(probe.notes()).toEqual([
        expect.stringContaining('mysql_lock_waiters: the server runs with performance_schema=OFF'),
      ]);
    });
  }

  async function refusedLogins(): Promise<number> {
    const [rows] = await server.admin.query("SHOW GLOBAL STATUS LIKE 'Aborted_connects'");
    return Number(/"Value":"(\d+)"/.exec(JSON.stringify(rows))?.[1]);
  }

  /** The administrator's connection was made in the clear. */
  async function overTls(statement: string): Promise<void> {
    const url = `mysql://admin:admin-word@127.0.0.1:${server.port}/shop${anyCertificate}`;
    const connection = await createConnection(url);
    await connection.query(statement);
    connection.destroy();
  }
});
