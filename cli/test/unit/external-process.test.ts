import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findLocalProcesses } from '../../src/stack/external-process.ts';
import { freePorts } from '../../src/stack/ports.ts';

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A process that listens on the port when this resolves. */
async function listener(port: number, file = process.execPath): Promise<ChildProcess> {
  const program = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('ready'))`;
  const child = spawn(file, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

function handClock() {
  let now = 0;
  return {
    clock: { now: () => now, monotonic: () => now, sleep: async () => undefined },
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe.skipIf(process.platform !== 'linux')('the processes behind ports of this machine', () => {
  it('are named as their part, and found again after a restart, but not looked for every second', async () => {
    const port = await freePorts().next();
    const { clock, advance } = handClock();
    const first = await listener(port);
    const found = findLocalProcesses(
      [
        { name: 'api', port },
        { name: 'metrics', port },
      ],
      clock,
    );
    expect(found.processes()).toEqual([{ name: 'api', pid: first.pid }]);
    expect(found.described).toEqual([`api is process ${first.pid} (node)`]);

    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = await listener(port);
    expect(found.processes()).toEqual([]);
    advance(5_000);
    expect(found.processes()).toEqual([{ name: 'api', pid: second.pid }]);
  });

  it('are left out when they only pass on what others answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-proxy-'));
    folders.push(folder);
    symlinkSync(process.execPath, join(folder, 'docker-proxy'));
    const port = await freePorts().next();
    await listener(port, join(folder, 'docker-proxy'));
    expect(findLocalProcesses([{ name: 'redis', port }], handClock().clock).processes()).toEqual([]);
  });

  it('are nobody where nobody listens', () => {
    expect(findLocalProcesses([{ name: 'redis', port: 1 }], handClock().clock).processes()).toEqual([]);
  });
});
