import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { injectorWordSchema } from '../../../src/faults/injector-word.ts';
import { readJournal } from '../../../src/faults/journal.ts';
import { readOrder } from '../../../src/faults/order.ts';
import { altered, damaged, everyExample, everyExampleInTurn, valueOrOursLater } from '../malformed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-malformed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const redisUrl = 'redis://127.0.0.1:6379';
const steps = [
  { kind: 'redis-key', url: redisUrl, key: 'lock', token: 'ours' },
  { kind: 'toxics', api: 'http://127.0.0.1:8474', proxy: 'redis', prefix: 'loadkit-' },
  { kind: 'mysql-session', url: 'mysql://service:secret@127.0.0.1:3306/shop', marker: 'ours' },
  { kind: 'stopped-process', name: 'api', pid: 4711, startedAt: '123' },
  { kind: 'client-pause', url: redisUrl, runId: 'abc', until: 1e12 },
  { kind: 'overrides', file: '/tmp/overrides.json', id: 'ours' },
];
const journal = {
  ...{ fault: 'lock-orphan', host: 'here', owner: { pid: 4711, startedAt: '123' }, startedAt: 1e12, until: 2e12 },
  steps: steps.map((step) => ({ step, done: false })),
};
const order = {
  fault: 'lock-orphan',
  target: {
    ...{ baseUrl: 'http://127.0.0.1:8080', redisUrl, mysqlUrl: 'mysql://127.0.0.1:3306/shop', kafkaBrokers: ['a:1'] },
    proxies: { redis: { api: 'http://127.0.0.1:8474', name: 'redis' } },
    processes: [{ name: 'api', pid: 4711 }],
    processesFile: '/tmp/processes.json',
    redisLocks: ['lock'],
    overridesFile: '/tmp/overrides.json',
    overridable: ['ISSUE_STRATEGY'],
    metricsUrls: { api: 'http://127.0.0.1:8080/metrics' },
    overridesMetric: 'settings_override',
  },
  startAt: 1e12,
  maxMs: 60_000,
  journalFile: '/tmp/journal.json',
};

const garbled = (whole: unknown) =>
  fc.oneof(
    altered(whole).map((value) => JSON.stringify(value)),
    damaged(fc.constant(JSON.stringify(whole))),
  );

test('a whole journal and a whole order are read', async () => {
  const file = join(folder, 'file.json');
  writeFileSync(file, JSON.stringify(journal));
  expect(await readJournal(file)).toEqual(journal);
  writeFileSync(file, JSON.stringify(order));
  expect(await readOrder(file)).toEqual(order);
});

test('a garbled journal is read, or refused in words', async () => {
  const file = join(folder, 'file.json');
  await everyExampleInTurn(garbled(journal), async (text) => {
    writeFileSync(file, text);
    await valueOrOursLater(() => readJournal(file));
  });
});

test('a garbled order is read, or refused in words', async () => {
  const file = join(folder, 'file.json');
  await everyExampleInTurn(garbled(order), async (text) => {
    writeFileSync(file, text);
    await valueOrOursLater(() => readOrder(file));
  });
});

test('an order for a moment, or a time, that no timer can wait for is refused', async () => {
  const file = join(folder, 'file.json');
  for (const change of [{ startAt: Date.now() + 2 ** 32 }, { maxMs: 2 ** 32 }, { maxMs: 0 }]) {
    writeFileSync(file, JSON.stringify({ ...order, ...change }));
    await expect(readOrder(file)).rejects.toMatchObject({ code: 'order-unreadable', exitCode: 2 });
  }
});

test('an injector that says something else is not understood', () => {
  const word = {
    kind: 'reverted',
    t: 1e12,
    by: 'order',
    undone: [{ kind: 'redis-key', subject: 'lock', outcome: 'undone', error: null }],
  };
  expect(injectorWordSchema.parse(word)).toEqual(word);
  everyExample(altered(word), (other) => {
    const read = injectorWordSchema.safeParse(other);
    if (read.success) expect(read.data.kind).toBe('reverted');
  });
});
