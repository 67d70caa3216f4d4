import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keeperWordSchema, keepOrderSchema } from '../../src/commands/stack-order.ts';
import { checkComposeModel, composeModelSchema, composeOverride } from '../../src/stack/docker-compose-model.ts';
import { askStatus } from '../../src/stack/held-line.ts';
import { answerSchema, lineReader, questionSchema } from '../../src/stack/held-protocol.ts';
import { readStacks } from '../../src/stack/held-state.ts';
import { loadServiceManifest } from '../../src/stack/service-manifest-file.ts';
import { replySchema, requestSchema } from '../../src/system/watchdog-protocol.ts';
import { isAtLeast, parseVersion } from '../../src/toolchain/version.ts';
import {
  altered,
  anyJson,
  anyName,
  damaged,
  everyExample,
  everyExampleInTurn,
  longTexts,
  nativeNames,
  speaking,
  valueOrOurs,
  valueOrOursLater,
} from './malformed.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-malformed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const manifest = {
  ...{ name: 'thing', needs: ['redis'], fixture: { STOCK: '5' } },
  processes: [{ name: 'api', command: ['node', 'main.js'], target: true, ready: '/ready', env: { A: 'b' } }],
  settings: { MODE: { default: 'a', values: ['a', 'b'], about: 'x' } },
  watch: { redisStreams: [{ key: 'k', group: 'g' }], mysqlQueries: [{ metric: 'm', sql: 'SELECT 1' }] },
};

async function read(text: string) {
  await writeFile(join(folder, 'loadkit.json'), text);
  return valueOrOursLater(() => loadServiceManifest(folder));
}

test('a manifest with one thing wrong is read, or refused with its file and the key', async () => {
  await everyExampleInTurn(altered(manifest), async (changed) => {
    const decoded = await read(JSON.stringify(changed));
    if (decoded instanceof Error) expect(decoded.message).toContain('loadkit.json');
    else expect(decoded.processes.filter(({ target }) => target)).toHaveLength(1);
  });
});

test('a manifest that is cut off, garbled or very long is refused', async () => {
  await everyExampleInTurn(damaged(fc.constant(JSON.stringify(manifest, null, 2))), async (text) => {
    await read(text);
  });
  for (const text of [...longTexts(), '['.repeat(500_000)]) {
    expect(await read(text)).toMatchObject({ code: 'manifest-invalid' });
  }
});

const state = {
  ...{ status: 'up', name: 'shop', manifestFolder: '/shop', keeper: { pid: process.pid, startedAt: null }, since: 5 },
  ...{ logFolder: '/l', provider: 'local', manifestSha256: 'x', socket: '/nowhere', parts: [], set: {}, fixture: {} },
  endpoints: { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} },
};

test('what a keeper wrote down is a stack, or none, or refused with its file', async () => {
  await mkdir(join(folder, 'stacks'), { recursive: true });
  const file = join(folder, 'stacks', 'shop.1.json');
  const texts = altered(state).map((changed) => JSON.stringify(changed));
  await everyExampleInTurn(fc.oneof(texts, damaged(texts)), async (text) => {
    await writeFile(file, text);
    const stacks = await valueOrOursLater(() => readStacks(folder));
    if (stacks instanceof Error) expect(stacks).toMatchObject({ code: 'stack-state' });
    else
      for (const { since, keeper } of stacks)
        expect([new Date(since).getTime(), keeper.pid > 0]).toEqual([since, true]);
  });
});

test('a keeper with the number of no process, or of many, is none', async () => {
  for (const pid of [0, -1, -process.pid, 1.5]) {
    await writeFile(
      join(folder, 'stacks', 'shop.1.json'),
      JSON.stringify({ ...state, keeper: { pid, startedAt: null } }),
    );
    expect(await valueOrOursLater(() => readStacks(folder))).toMatchObject({ code: 'stack-state' });
  }
});

const living = { processes: [{ name: 'api', pid: 5 }], containers: [], missing: [] };
const messages = fc.constantFrom<unknown>(
  { kind: 'status', living, takenBy: null },
  { kind: 'event', event: { kind: 'event', t: 1, name: 'process-exited', subject: 'api' }, living },
  { ask: 'take', pid: 4 },
  { id: 3, order: { kind: 'signal', child: 2, signal: 'SIGTERM' } },
  {
    id: 3,
    order: { kind: 'spawn', name: 'a', file: 'b', args: [], env: {}, cwd: '/', logFile: 'c', stdoutFile: null },
  },
  { kind: 'answer', id: 3, answer: { kind: 'spawned', pid: 7 } },
  { kind: 'exited', child: 2, code: null, signal: 'SIGKILL', at: 5 },
  { kind: 'failed', code: 'x', message: 'y', hint: null, exitCode: 93 },
);
const schemas = [questionSchema, answerSchema, requestSchema, replySchema, keeperWordSchema, keepOrderSchema];

test('a message of a keeper or of the watchdog is one of those that there are, or none', () => {
  everyExample(fc.oneof(messages.chain(altered), anyJson), (message) => {
    for (const schema of schemas) {
      const decoded = schema.safeParse(message);
      if (decoded.success) speaking(decoded.data);
    }
  });
});

test('no signal has the name of what every object has', () => {
  for (const signal of nativeNames) {
    expect(requestSchema.safeParse({ id: 3, order: { kind: 'signal', child: 2, signal } }).success).toBe(false);
  }
});

test('a stream is cut into its lines wherever its pieces end', () => {
  const texts = fc
    .array(fc.string().map((line) => line.replaceAll('\n', '')))
    .map((lines) => lines.map((line) => `${line}\n`));
  everyExample(fc.tuple(texts, fc.array(fc.nat())), ([lines, cuts]) => {
    const whole = lines.join('');
    const found: string[] = [];
    const take = lineReader((line) => found.push(line));
    const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
    for (const [index, from] of places.entries()) take(whole.slice(from, places[index + 1] ?? whole.length));
    expect(found.map((line) => `${line}\n`)).toEqual(lines);
  });
});

test('a line without end is not kept without end', () => {
  const found: number[] = [];
  const take = lineReader((line) => found.push(line.length));
  for (let index = 0; index < 12; index += 1) take('x'.repeat(1_000_000));
  expect(found.length).toBeGreaterThan(0);
});

async function listening(file: string, answer: () => string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.end(answer()));
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  return server;
}

test('a keeper that answers anything is understood, or is no keeper', async () => {
  let answer = '';
  const file = join(folder, 'keeper.sock');
  const server = await listening(file, () => answer);
  const answers = messages.chain(altered).map((message) => `${JSON.stringify(message)}\n`);
  await everyExampleInTurn(
    fc.oneof(answers, damaged(answers), fc.string()),
    async (given) => {
      answer = given;
      const status = await askStatus(file).catch((error: unknown) => error);
      if (status instanceof Error) expect(status).not.toBeInstanceOf(TypeError);
      else speaking(status);
    },
    0.25,
  );
  server.close();
});

test('a model of docker compose is fit, or refused', () => {
  const mount = { type: 'volume', source: 'data', target: '/data' };
  const redis = { image: 'redis', ports: [{ published: '7001', host_ip: '127.0.0.1' }], volumes: [mount] };
  const model = { services: { redis }, volumes: { data: { name: 'p_data' } }, networks: null };
  everyExample(altered(model), (changed) => {
    const decoded = composeModelSchema.safeParse(changed);
    if (!decoded.success) return;
    valueOrOurs(() => checkComposeModel(decoded.data, { redis: 7_001 }, 'p', 'docker-compose.yml'));
    speaking(composeOverride(decoded.data, ['redis'], { owner: 'x' }));
  });
});

test('a version of anything is numbers or none', () => {
  everyExample(fc.tuple(damaged(fc.constantFrom('2.2.0', 'v7.0.15-rc1')), anyName), ([text, other]) => {
    for (const part of parseVersion(text)) expect(part).not.toBeNaN();
    expect(typeof isAtLeast(text, other)).toBe('boolean');
  });
  for (const text of longTexts(['', '1'], ['', 'x'])) isAtLeast(text, '1.0');
});
