import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts, isFree } from '../../src/stack/ports.ts';
import { startOnFreePort, waitUntilReady } from '../../src/stack/readiness.ts';
import { startTogether } from '../../src/stack/start-together.ts';
import { systemClock } from '../../src/system/clock.ts';
import { LoadkitError } from '../../src/system/error.ts';

const never = new AbortController().signal;

it('never gives a port twice, nor one from which clients connect', async () => {
  const ports = freePorts();
  const given: number[] = [];
  for (let count = 0; count < 50; count += 1) given.push(await ports.next());
  expect(new Set(given).size).toBe(50);
  expect(Math.max(...given)).toBeLessThan(32_768);
});

async function withTakenPort(work: (port: number) => Promise<void>): Promise<void> {
  const port = await freePorts().next();
  const server = createServer();
  await new Promise<void>((done) => server.listen({ host: '127.0.0.1', port }, done));
  await work(port).finally(() => server.close());
}

function failure(code: string): LoadkitError {
  return new LoadkitError(code, code);
}

it('tries another port when the start failed and somebody has the port', async () => {
  await withTakenPort(async (taken) => {
    expect(await isFree(taken)).toBe(false);
    const free = await freePorts().next();
    const queue = [taken, free];
    const result = await startOnFreePort({ next: async () => queue.shift() ?? 0 }, async (port) => {
      if (port === taken) throw failure('part-not-started');
      return port;
    });
    expect(result).toBe(free);
  });
});

it('does not try again when the port is not to blame, nor for ever', async () => {
  let tried = 0;
  const start = (code: string) => async () => {
    tried += 1;
    throw failure(code);
  };
  await expect(startOnFreePort(freePorts(), start('part-not-started'))).rejects.toThrow('part-not-started');
  expect(tried).toBe(1);
  await withTakenPort(async (taken) => {
    const stuck = { next: async () => taken };
    await expect(startOnFreePort(stuck, start('mistake'))).rejects.toThrow('mistake');
    expect(tried).toBe(2);
    await expect(startOnFreePort(stuck, start('part-not-started'))).rejects.toThrow('part-not-started');
    expect(tried).toBe(6);
    await expect(startOnFreePort(stuck, start('part-silent'))).rejects.toThrow('part-silent');
    expect(tried).toBe(7);
  });
});

it('calls a part silent that has its port and never gets ready', async () => {
  const process = { name: 'api', logFile: '/nowhere', exited: new Promise<never>(() => {}) };
  const wait = { clock: systemClock, signal: never, timeoutMs: 1, intervalMs: 1 };
  await expect(waitUntilReady(process, async () => undefined, wait)).rejects.toMatchObject({
    code: 'part-silent',
    exitCode: 93,
  });
});

it('gives all results in the order of the starts', async () => {
  expect(await startTogether(never, [async () => 1, async () => 2])).toEqual([1, 2]);
});

it('aborts the others when one fails, and reports its error when they have ended', async () => {
  let ended = false;
  const other = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        setImmediate(() => {
          ended = true;
          reject(signal.reason);
        });
      });
    });
  const broken = async () => {
    throw new Error('the first');
  };
  await expect(startTogether(never, [other, broken])).rejects.toThrow('the first');
  expect(ended).toBe(true);
});
