import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { never } from '../../src/faults/never.ts';
import { runIdOf } from '../../src/faults/undo/client-pause.ts';
import { undoStep } from '../../src/faults/undo/undone.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const undo = (step: Parameters<typeof undoStep>[0]) => undoStep(step, never);

describe.skipIf(skipWithout('undoing in Redis', found.redis !== null))('undoing in Redis', () => {
  let room: StoreRoom;
  let url: string;
  let redis: Redis;
  beforeAll(async () => {
    room = await openStoreRoom(found);
    url = (await room.redis()).url;
    redis = new Redis(url);
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis?.disconnect();
    await room?.end();
  });

  describe('a key', () => {
    const step = () => ({ kind: 'redis-key', url, key: 'lock', token: 'ours' }) as const;

    it('deletes it when its value is our token', async () => {
      await redis.set('lock', 'ours');
      expect(await undo(step())).toEqual({ kind: 'redis-key', subject: 'lock', outcome: 'undone', error: null });
      expect(await redis.exists('lock')).toBe(0);
      expect(await undo(step())).toMatchObject({ outcome: 'absent' });
    });

    it('leaves one alone that is another’s by now', async () => {
      await redis.set('lock', 'theirs');
      expect(await undo(step())).toMatchObject({ outcome: 'absent' });
      expect(await redis.get('lock')).toBe('theirs');
    });

    it('finds nothing to undo where nobody listens any more', async () => {
      const port = await room.port();
      const gone = { ...step(), url: `redis://127.0.0.1:${port}` };
      expect(await undo(gone)).toMatchObject({ outcome: 'absent' });
      expect(await undo({ ...gone, foreign: true }), 'behind a tunnel it may be there').toMatchObject({
        outcome: 'failed',
        error: expect.stringContaining('ECONNREFUSED'),
      });
    });

    it('says why it could not be undone, without the password', async () => {
      await redis.set('lock', 'ours');
      await redis.config('SET', 'requirepass', 'open-sesame');
      try {
        const failed = await undo({ ...step(), url: url.replace('//', '//:open-barley@') });
        expect(failed).toMatchObject({ outcome: 'failed', error: expect.stringMatching(/WRONGPASS|NOAUTH/) });
        expect(failed.error).not.toContain('open-barley');
      } finally {
        await redis.config('SET', 'requirepass', '');
      }
    });
  });

  describe('a pause of all clients', () => {
    it('is over afterwards', async () => {
      const runId = await runIdOf(redis);
      await redis.client('PAUSE', 1_000);
      const step = { kind: 'client-pause', url, runId, until: Date.now() + 60_000 } as const;
      expect(await undo(step)).toMatchObject({ kind: 'client-pause', outcome: 'undone' });
      expect(await redis.ping()).toBe('PONG');
    });

    it('of writers is ended before its time', async () => {
      const runId = await runIdOf(redis);
      await redis.client('PAUSE', 600_000, 'WRITE');
      await undo({ kind: 'client-pause', url, runId, until: Date.now() + 600_000 });
      expect(await redis.set('a', 'b')).toBe('OK');
    });

    it('of another server on that port is left alone, and so is one whose time is over', async () => {
      const runId = await runIdOf(redis);
      await redis.client('PAUSE', 3_000, 'WRITE');
      let written = false;
      const writing = redis.set('a', 'b').then(() => {
        written = true;
      });
      const another = { kind: 'client-pause', url, runId: 'another', until: Date.now() + 60_000 } as const;
      expect(await undo(another)).toMatchObject({ outcome: 'absent' });
      expect(await undo({ ...another, runId, until: Date.now() - 1 })).toMatchObject({ outcome: 'absent' });
      expect(written).toBe(false);
      await undo({ ...another, runId });
      await writing;
    });
  });
});

describe.skipIf(skipWithout('undoing in MySQL', found.mysql !== null))('undoing a session of MySQL', () => {
  let room: StoreRoom;
  let url: string;
  let own: Connection;
  beforeAll(async () => {
    room = await openStoreRoom(found);
    url = (await room.mysql('shop')).url;
    own = await createConnection(url);
    await own.query('CREATE TABLE product (id INT PRIMARY KEY) ENGINE = InnoDB');
    await own.query('INSERT INTO product VALUES (1), (2)');
  });
  afterAll(async () => {
    own?.destroy();
    await room?.end();
  });

  async function holder(marker: string, product: number) {
    const connection = await createConnection(url);
    connection.on('error', () => undefined);
    await connection.query('SELECT GET_LOCK(?, 0)', [marker]);
    await connection.query('START TRANSACTION');
    await connection.query('SELECT * FROM product WHERE id = ? FOR UPDATE', [product]);
    return connection;
  }
  const step = (marker: string) => ({ kind: 'mysql-session', url, marker }) as const;
  const take = (product: number) => own.query('SELECT * FROM product WHERE id = ? FOR UPDATE NOWAIT', [product]);

  it('ends the one with our marker, and no other of the same account', async () => {
    const [ours, theirs] = [await holder('ours', 1), await holder('theirs', 2)];
    expect(await undo(step('ours'))).toEqual({
      kind: 'mysql-session',
      subject: 'ours',
      outcome: 'undone',
      error: null,
    });
    await take(1);
    await expect(take(2)).rejects.toThrow();
    await expect(ours.query('SELECT 1')).rejects.toThrow();
    await theirs.query('SELECT 1');
    theirs.destroy();
  });

  it('finds nothing to undo when nobody holds the marker, or the server is gone', async () => {
    expect(await undo(step('nobody'))).toMatchObject({ outcome: 'absent' });
    const port = await room.port();
    const gone = url.replace(/:\d+\//, `:${port}/`);
    expect(await undo({ ...step('nobody'), url: gone })).toMatchObject({ outcome: 'absent' });
    expect(await undo({ ...step('nobody'), url: gone, foreign: true })).toMatchObject({ outcome: 'failed' });
  });

  it('says why it could not be undone, without the password', async () => {
    const wrong = new URL(url);
    wrong.password = 'open-barley';
    const failed = await undo({ ...step('ours'), url: wrong.href });
    expect(failed).toMatchObject({ outcome: 'failed', error: expect.stringContaining('denied') });
    expect(failed.error).not.toContain('open-barley');
  });
});
