import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { never } from '../../src/faults/never.ts';
import { faults } from '../../src/faults/registry.ts';
import { toxiproxy } from '../../src/faults/toxiproxy.ts';
import { undoStep } from '../../src/faults/undo/undone.ts';
import { undoJournal } from '../../src/faults/undo.ts';
import { type Injector, startInjector, until } from './fault-injector.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const { toxiproxy: server } = found;
const present = found.redis !== null && server !== null;

describe.skipIf(skipWithout('faults between service and store', present))('a fault between service and store', () => {
  let room: StoreRoom;
  let api: string;
  let proxied: Redis;
  let folder: string;
  let injector: Injector | undefined;
  const proxies = () => toxiproxy(api, never);
  const toxicNames = async () => (await proxies().find('redis'))?.toxics.map(({ name }) => name) ?? [];

  beforeAll(async () => {
    if (server === null) throw new Error('not installed');
    room = await openStoreRoom(found);
    const redis = await room.redis();
    const { executable } = server;
    const args = (port: number) => ['-host', '127.0.0.1', '-port', String(port)];
    api = `http://127.0.0.1:${(await room.server({ name: 'toxiproxy', executable, args })).port}`;
    const port = await room.port();
    const upstream = new URL(redis.url).host;
    // One proxy stands for those of all stores: what is put on the way is the same.
    for (const [name, listen] of [
      ['redis', `127.0.0.1:${port}`],
      ['mysql', '127.0.0.1:0'],
      ['kafka', '127.0.0.1:0'],
    ]) {
      const response = await fetch(`${api}/proxies`, {
        method: 'POST',
        body: JSON.stringify({ name, listen, upstream }),
      });
      expect(response.status).toBe(201);
    }
    proxied = new Redis(port, { commandTimeout: 1_000, maxRetriesPerRequest: 0, retryStrategy: () => 50 });
    proxied.on('error', () => undefined);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lk-fault-'));
  });
  afterEach(async () => {
    await injector?.end();
    injector = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    proxied?.disconnect();
    await room?.end();
  });

  function inject(fault: string, changes: Parameters<typeof startInjector>[3] = {}): Injector {
    const names = ['redis', 'mysql', 'kafka'] as const;
    const places = Object.fromEntries(names.map((name) => [name, { api, name }]));
    injector = startInjector(folder, fault, { proxies: places }, changes);
    return injector;
  }
  const answers = () =>
    proxied.ping().then(
      () => true,
      () => false,
    );

  it.each(faults.flatMap(({ id, proxies: [store] }) => (store === undefined ? [] : [[id, store] as const])))(
    '%s puts its toxics before %s, and takes them away',
    async (id, store) => {
      const { standing, signal, exited, words } = inject(id);
      expect((await standing()).facts).toMatchObject({ proxy: store, toxics: expect.any(String) });
      const put = await proxies().find(store);
      expect(put?.toxics.length).toBeGreaterThan(0);
      for (const { name } of put?.toxics ?? []) expect(name).toMatch(/^loadkit-[0-9a-f]{8}-/);
      signal('SIGTERM');
      expect(await exited).toBe(0);
      expect(words.at(-1)).toMatchObject({
        undone: [{ kind: 'toxics', subject: `proxy ${store}`, outcome: 'undone' }],
      });
      expect((await proxies().find(store))?.toxics).toEqual([]);
    },
  );

  it.each(['redis-black-hole', 'redis-reset'])(
    '%s keeps the service from its store, on open connections too',
    async (id) => {
      expect(await until(answers)).toBe(true);
      const { standing, signal, exited } = inject(id);
      await standing();
      expect(await answers()).toBe(false);
      expect(await answers()).toBe(false);
      signal('SIGTERM');
      await exited;
      expect(await until(answers)).toBe(true);
    },
  );

  it('leaves toxics alone that are not ours, and opens the proxy again', async () => {
    await proxies().addToxic('redis', {
      name: 'theirs',
      type: 'latency',
      stream: 'downstream',
      attributes: { latency: 1 },
    });
    await proxies().addToxic('redis', {
      name: 'loadkit-x',
      type: 'timeout',
      stream: 'upstream',
      attributes: { timeout: 0 },
    });
    await fetch(`${api}/proxies/redis`, { method: 'PATCH', body: JSON.stringify({ enabled: false }) });
    const step = { kind: 'toxics', api, proxy: 'redis', prefix: 'loadkit-' } as const;
    expect(await undoStep(step, never)).toMatchObject({ outcome: 'undone' });
    expect(await proxies().find('redis')).toMatchObject({ enabled: true, toxics: [{ name: 'theirs' }] });
    expect(await undoStep(step, never)).toMatchObject({ outcome: 'absent' });
    await proxies().removeToxic('redis', 'theirs');
    await proxies().removeToxic('redis', 'theirs');
  });

  it('finds nothing to undo where the proxy, or Toxiproxy itself, is gone', async () => {
    const step = { kind: 'toxics', api, proxy: 'nowhere', prefix: 'loadkit-' } as const;
    expect(await undoStep(step, never)).toMatchObject({ outcome: 'absent' });
    const gone = `http://127.0.0.1:${await room.port()}`;
    expect(await undoStep({ ...step, api: gone }, never)).toMatchObject({ outcome: 'absent' });
  });

  it('is undone by the undo command when the injector and its guard are killed', async () => {
    const { standing, killGuard, killGroup, exited, journalFile } = inject('redis-latency');
    await standing();
    await killGuard();
    killGroup();
    await exited;
    expect(await toxicNames()).toEqual([expect.stringMatching(/^loadkit-.*-latency-downstream$/)]);
    expect(await undoJournal(journalFile)).toMatchObject([{ kind: 'toxics', outcome: 'undone' }]);
    expect(await toxicNames()).toEqual([]);
  });

  it('cannot be injected twice at once, and the second try leaves the first one standing', async () => {
    const first = inject('redis-latency');
    await first.standing();
    const folderOfSecond = mkdtempSync(join(tmpdir(), 'lk-fault-'));
    const second = startInjector(folderOfSecond, 'redis-latency', { proxies: { redis: { api, name: 'redis' } } });
    expect(await second.exited).toBe(93);
    expect(second.words).toMatchObject([{ kind: 'failed', code: 'fault-proxy' }]);
    rmSync(folderOfSecond, { recursive: true, force: true });
    expect(await toxicNames()).toEqual([expect.stringMatching(/^loadkit-.*-latency-downstream$/)]);
  });
});
