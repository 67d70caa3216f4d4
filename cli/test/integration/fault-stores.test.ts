import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/faults/journal.ts';
import { undoJournal } from '../../src/faults/undo.ts';
import { processesWith } from '../fixtures/supervisor/processes.ts';
import { type Injector, startInjector, until } from './fault-injector.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const present = found.redis !== null && found.mysql !== null;
const lock = 'coupon:campaign:1:lock';

describe.skipIf(skipWithout('faults in Redis and MySQL', present))('a fault in a store', () => {
  let room: StoreRoom;
  let redisUrl: string;
  let mysqlUrl: string;
  let redis: Redis;
  let mysql: Connection;
  let folder: string;
  let injector: Injector | undefined;

  beforeAll(async () => {
    room = await openStoreRoom(found);
    const stores = await Promise.all([room.redis(), room.mysql('shop')]);
    [redisUrl, mysqlUrl] = [stores[0].url, stores[1].url];
    redis = new Redis(redisUrl);
    mysql = await createConnection(mysqlUrl);
    await mysql.query('CREATE TABLE product (id BIGINT UNSIGNED PRIMARY KEY, stock INT) ENGINE = InnoDB');
    await mysql.query('INSERT INTO product VALUES (1, 9), (2, 9), (3, 9), (4, 9), (5, 9), (6, 9)');
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lk-fault-'));
    await redis.flushall();
  });
  afterEach(async () => {
    await injector?.end();
    injector = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    redis?.disconnect();
    mysql?.destroy();
    await room?.end();
  });

  function inject(fault: string, changes: Parameters<typeof startInjector>[3] = {}): Injector {
    injector = startInjector(folder, fault, { redisUrl, mysqlUrl, redisLocks: [lock] }, changes);
    return injector;
  }
  const rowsAreFree = () =>
    mysql.query('SELECT * FROM product WHERE id = 3 FOR UPDATE NOWAIT').then(
      () => true,
      () => false,
    );
  /** No process, and no file but the order. */
  async function nothingLeft(): Promise<void> {
    expect(await until(async () => (await processesWith(folder)).length === 0)).toBe(true);
    expect(readdirSync(folder)).toEqual(['order.json']);
  }

  describe('of the lock', () => {
    it('lock-orphan leaves the lock of a holder that died, which never ends by itself', async () => {
      const { standing, signal, exited, words, journalFile } = inject('lock-orphan');
      expect((await standing()).facts).toEqual({ key: lock });
      expect(await redis.pttl(lock)).toBe(-1);
      expect((await readJournal(journalFile))?.steps).toMatchObject([
        { done: false, step: { kind: 'redis-key', key: lock, token: await redis.get(lock) } },
      ]);
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words.slice(1)).toMatchObject([
        { kind: 'reverted', by: 'order', undone: [{ kind: 'redis-key', subject: lock, outcome: 'undone' }] },
      ]);
      expect(await redis.exists(lock)).toBe(0);
      await nothingLeft();
    });

    it('lock-orphan takes it in a moment between two holders', async () => {
      let stopped = false;
      const holding = (async () => {
        while (!stopped) {
          if ((await redis.set(lock, 'theirs', 'NX')) === null) break;
          await new Promise((done) => setTimeout(done, 5));
          await redis.del(lock);
        }
      })();
      await inject('lock-orphan').standing();
      await holding;
      stopped = true;
      expect(await redis.get(lock)).toMatch(/^loadkit-drill-/);
    });

    it('lock-orphan-expiring leaves it with the expiry that the service gives it', async () => {
      const { standing, signal, exited, words } = inject('lock-orphan-expiring');
      expect((await standing()).facts).toEqual({ key: lock, ttlMs: 2_000 });
      expect(await until(async () => (await redis.exists(lock)) === 0)).toBe(true);
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words.at(-1)).toMatchObject({ kind: 'reverted', undone: [{ outcome: 'absent' }] });
    });

    it('that is another’s all the time cannot be injected, and is left as it was', async () => {
      await redis.set(lock, 'theirs');
      const { exited, words } = inject('lock-orphan');
      expect(await exited).toBe(93);
      expect(words).toMatchObject([{ kind: 'failed', code: 'lock-not-taken', undone: [{ outcome: 'absent' }] }]);
      expect(await redis.get(lock)).toBe('theirs');
      await nothingLeft();
    });
  });

  it('redis-stall pauses the clients of Redis, and they go on', async () => {
    const { standing, signal, exited, words } = inject('redis-stall');
    expect((await standing()).facts).toEqual({ pauseMs: 1_500 });
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(words.at(-1)).toMatchObject({ kind: 'reverted', undone: [{ kind: 'client-pause', outcome: 'undone' }] });
    expect(await redis.ping()).toBe('PONG');
    await nothingLeft();
  });

  describe('row-held', () => {
    it('holds the rows in a session that sleeps, and lets them go', async () => {
      const { standing, signal, exited, words } = inject('row-held');
      const { facts } = await standing();
      expect(facts).toEqual({ table: 'product', rows: 5, session: expect.any(Number) });
      expect(await rowsAreFree()).toBe(false);
      const [sessions] = await mysql.query('SHOW PROCESSLIST');
      expect(sessions).toContainEqual(expect.objectContaining({ Id: facts.session, Command: 'Sleep' }));
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words.at(-1)).toMatchObject({ undone: [{ kind: 'mysql-session', outcome: 'undone' }] });
      expect(await rowsAreFree()).toBe(true);
      await nothingLeft();
    });

    it('lets them go where the server never hears of its injector again', async () => {
      const { standing, signal, exited, words } = inject('row-held', { maxMs: 1_000 });
      await standing();
      signal('SIGSTOP');
      expect(await rowsAreFree()).toBe(false);
      expect(await until(rowsAreFree)).toBe(true);
      signal('SIGCONT');
      expect(await exited).toBe(0);
      expect(words.at(-1)).toMatchObject({ kind: 'reverted', by: 'maximum', undone: [{ outcome: 'absent' }] });
      await nothingLeft();
    });

    it('leaves no session and no lock when its injector and the guard are killed', async () => {
      const { standing, killGuard, killGroup, exited, journalFile } = inject('row-held');
      await standing();
      await killGuard();
      killGroup();
      await exited;
      await undoJournal(journalFile);
      expect(await until(rowsAreFree)).toBe(true);
      await nothingLeft();
    });
  });

  describe('waits for its moment', () => {
    it('with all prepared, and touches nothing before', async () => {
      const startAt = Date.now() + 3_000;
      const { standing, journalFile } = inject('lock-orphan', { startAt });
      expect(await until(() => existsSync(journalFile))).toBe(true);
      if (Date.now() < startAt) expect(await redis.exists(lock)).toBe(0);
      expect((await standing()).t).toBeGreaterThanOrEqual(startAt);
      expect(await redis.exists(lock)).toBe(1);
    });

    it('and is ended before it comes', async () => {
      const { signal, exited, words, journalFile } = inject('lock-orphan', { startAt: Date.now() + 600_000 });
      expect(await until(() => existsSync(journalFile))).toBe(true);
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words).toMatchObject([{ kind: 'reverted', by: 'order', undone: [{ outcome: 'absent' }] }]);
      await nothingLeft();
    });
  });

  describe('ends', () => {
    it('by itself at its maximum', async () => {
      const { exited, words } = inject('lock-orphan', { maxMs: 1_000 });
      expect(await exited).toBe(0);
      expect(words).toMatchObject([
        { kind: 'standing' },
        { kind: 'reverted', by: 'maximum', undone: [{ outcome: 'undone' }] },
      ]);
      expect(await redis.exists(lock)).toBe(0);
      await nothingLeft();
    });

    it.each(['SIGINT', 'SIGHUP'] as const)('at %s', async (name) => {
      const { standing, signal, exited } = inject('lock-orphan');
      await standing();
      signal(name);
      expect(await exited).toBe(0);
      expect(await redis.exists(lock)).toBe(0);
    });

    it('when it is told to before it stands', async () => {
      await redis.set(lock, 'theirs');
      const { signal, exited, words, journalFile } = inject('lock-orphan');
      expect(await until(() => existsSync(journalFile))).toBe(true);
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words).toMatchObject([{ kind: 'reverted', by: 'order' }]);
      expect(await redis.get(lock)).toBe('theirs');
      await nothingLeft();
    });

    it('though nobody reads any more what it says', async () => {
      const { standing, closeStdout, signal, exited } = inject('lock-orphan');
      await standing();
      closeStdout();
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(await redis.exists(lock)).toBe(0);
      await nothingLeft();
    });

    it('when its injector is killed with its whole group', async () => {
      const { standing, killGroup, exited } = inject('lock-orphan');
      await standing();
      killGroup();
      await exited;
      expect(await until(async () => (await redis.exists(lock)) === 0)).toBe(true);
      await nothingLeft();
    });

    it('by the undo command when the injector and its guard are killed', async () => {
      const { standing, killGuard, killGroup, exited, journalFile } = inject('lock-orphan');
      await standing();
      await killGuard();
      killGroup();
      await exited;
      expect(await redis.exists(lock)).toBe(1);
      expect(await undoJournal(journalFile)).toMatchObject([{ kind: 'redis-key', subject: lock, outcome: 'undone' }]);
      expect(await redis.exists(lock)).toBe(0);
      expect(await undoJournal(journalFile)).toEqual([]);
      await nothingLeft();
    });

    it('by the undo command, which ends an injector that stands still', async () => {
      const { standing, signal, exited, journalFile } = inject('lock-orphan');
      await standing();
      signal('SIGSTOP');
      await undoJournal(journalFile);
      await exited;
      expect(await redis.exists(lock)).toBe(0);
      await nothingLeft();
    });
  });

  describe('is refused', () => {
    it('when it is unknown, with the nearest', async () => {
      const { exited, words } = inject('lock-orphn');
      expect(await exited).toBe(2);
      expect(words).toMatchObject([
        { kind: 'failed', code: 'fault-unknown', hint: expect.stringContaining('did you mean "lock-orphan"?') },
      ]);
    });

    it('when the order cannot be read', async () => {
      const running = inject('lock-orphan', { maxMs: -1 });
      expect(await running.exited).toBe(2);
      expect(running.words).toMatchObject([{ kind: 'failed', code: 'order-unreadable' }]);
    });

    it('where the store does not answer', async () => {
      const port = await room.port();
      injector = startInjector(folder, 'lock-orphan', { redisUrl: `redis://127.0.0.1:${port}`, redisLocks: [lock] });
      expect(await injector.exited).toBe(93);
      expect(injector.words).toMatchObject([{ kind: 'failed', code: 'redis-unreachable', undone: [] }]);
    });

    it('where no proxy is in front of the store', async () => {
      const { exited, words } = inject('redis-latency');
      expect(await exited).toBe(2);
      expect(words).toMatchObject([{ kind: 'failed', code: 'fault-proxy' }]);
    });

    it('when a journal stands already where its own would', async () => {
      const file = join(folder, 'there.journal.json');
      writeFileSync(file, 'what another one has to undo');
      const { exited, words } = inject('lock-orphan', { journalFile: file });
      expect(await exited).toBe(93);
      expect(words).toMatchObject([{ kind: 'failed', code: 'journal-not-written' }]);
      expect(await redis.exists(lock)).toBe(0);
    });
  });

  it('none breaks nothing', async () => {
    const { standing, signal, exited, words } = inject('none');
    expect((await standing()).facts).toEqual({});
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(words.at(-1)).toMatchObject({ kind: 'reverted', by: 'order', undone: [] });
    await nothingLeft();
  });
});
