import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EventLine } from '../../src/record/series.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { eventually, openWorkshop, processesOf, type Site, takePort, type Workshop } from '../fixtures/stack/site.ts';

describe('the MySQL or MariaDB of a stack', () => {
  let workshop: Workshop;
  let site: Site;
  let stack: Stack;
  let mysql: Connection;
  const events: EventLine[] = [];

  beforeAll(async () => {
    workshop = await openWorkshop();
    site = await workshop.openSite();
    stack = await site.start({ needs: ['mysql'], fixture: { SIZE: '5' } });
    stack.onEvent((event) => events.push(event));
    mysql = await createConnection(stack.endpoints.mysqlUrl ?? '');
    mysql.on('error', () => undefined);
  }, 600_000);

  afterAll(async () => {
    mysql?.destroy();
    await site?.close();
  });

  /** The first row as text, whatever its columns are called. */
  async function first(statement: string): Promise<string> {
    const [rows] = await mysql.query(statement);
    const [row] = z.array(z.record(z.string(), z.unknown())).parse(rows);
    return Object.values(row ?? {}).join(' ');
  }

  it('holds what the service put in', async () => {
    expect(await first('SELECT COUNT(*) FROM thing')).toBe('5');
  });

  it('is named as the product and version that it says itself, with its settings', async () => {
    const version = await first('SELECT VERSION()');
    const part = stack.parts.find(({ name }) => name === 'mysql');
    expect(part).toMatchObject({
      product: version.includes('MariaDB') ? 'MariaDB' : 'MySQL',
      version: /^\d+\.\d+\.\d+/.exec(version)?.[0],
      settings: { innodb_flush_log_at_trx_commit: 1, max_connections: 200 },
    });
    expect(part).toMatchObject({
      product: workshop.toolchain.mysql.product,
      version: workshop.toolchain.mysql.version,
    });
  });

  it('lets the service in without TLS, by the way in which the server keeps passwords', async () => {
    const isMysql = workshop.toolchain.mysql.product === 'MySQL';
    expect(await first("SHOW SESSION STATUS LIKE 'Ssl_cipher'")).toBe('Ssl_cipher ');
    expect(await first('SHOW CREATE USER CURRENT_USER()')).toContain(isMysql ? 'caching_sha2_password' : 'PASSWORD');
  });

  it('lets the service account read what probes need, and no more', async () => {
    const [metrics] = await mysql.query(
      "SELECT NAME, COUNT FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks'",
    );
    expect(metrics).toEqual([{ NAME: 'lock_deadlocks', COUNT: 0 }]);
    await mysql.query('SELECT * FROM information_schema.INNODB_TRX');
    await mysql.query('SHOW ENGINE INNODB STATUS');
    await expect(mysql.query('SELECT * FROM mysql.user')).rejects.toThrow('denied');
    const nobody = createConnection((stack.endpoints.mysqlUrl ?? '').replace(/\/\/.*@/, '//root@'));
    await expect(nobody).rejects.toThrow('denied');
  });

  it('takes another port when one was taken in between', async () => {
    const [other, taker] = await Promise.all([workshop.openSite(), takePort()]);
    try {
      const second = await other.start({ needs: ['mysql'], firstPorts: [taker.port] });
      expect(second.endpoints.mysqlUrl).not.toContain(`:${taker.port}`);
    } finally {
      taker.release();
      await other.close();
    }
  });

  it('fails when its data folder is not made, and ends the others', async () => {
    const broken = { ...workshop.toolchain.mysql, installDb: { file: '/bin/false', env: {} } };
    const other = await workshop.openSite();
    try {
      await expect(other.start({ toolchain: { ...workshop.toolchain, mysql: broken } })).rejects.toMatchObject({
        code: 'part-not-started',
        message: expect.stringContaining('mysql made no data folder: exit code 1'),
      });
      const left = await processesOf(other);
      expect(left.filter((line) => line.includes(other.tempRoot))).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('is reported when it died, and not started again', async () => {
    const pid = stack.processes().find(({ name }) => name === 'mysql')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const exit = await eventually(() => events.find(({ subject }) => subject === 'mysql'));
    expect(exit).toMatchObject({ name: 'process-exited', detail: expect.stringMatching(/^signal SIGKILL/) });
    expect(stack.processes().some(({ name }) => name === 'mysql')).toBe(false);
  });
});
