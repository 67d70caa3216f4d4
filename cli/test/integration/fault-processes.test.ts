import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../src/stack/ports.ts';
import { identityOf, isAlive, isStopped } from '../../src/system/process-identity.ts';
import { type Injector, startInjector, until } from './fault-injector.ts';

const program = fileURLToPath(new URL('../fixtures/faults/service.mjs', import.meta.url));
const ports = freePorts();

/** A process of a service that is started again whenever it ends, and the file that says which it is by now. */
async function superviseService(name: string, folder: string) {
  const port = await ports.next();
  const processesFile = join(folder, 'processes.json');
  const lives: ChildProcess[] = [];
  let ended = false;
  const start = () => {
    const child = spawn(process.execPath, [program, String(port)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    lives.push(child);
    writeFileSync(`${processesFile}.draft`, JSON.stringify([{ name, pid: child.pid }]));
    renameSync(`${processesFile}.draft`, processesFile);
    child.once('exit', () => ended || start());
    return child;
  };
  const { stdout } = start();
  await once(stdout, 'data');
  const pid = () => lives.at(-1)?.pid ?? 0;
  return {
    lives: () => lives.length,
    pid,
    target: () => ({ baseUrl: `http://127.0.0.1:${port}`, processes: [{ name, pid: pid() }], processesFile }),
    answers: () =>
      fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(1_000) }).then(
        (response) => response.text(),
        () => null,
      ),
    end: () => {
      ended = true;
      lives.at(-1)?.kill('SIGKILL');
    },
  };
}

describe('a fault of a process', () => {
  let folder: string;
  let injector: Injector | undefined;
  let service: Awaited<ReturnType<typeof superviseService>> | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lk-fault-'));
  });
  afterEach(async () => {
    await injector?.end();
    service?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(name: string) {
    service = await superviseService(name, folder);
    return service;
  }
  function inject(fault: string, target: Parameters<typeof startInjector>[2], changes = {}): Injector {
    injector = startInjector(folder, fault, target, changes);
    return injector;
  }

  it.each([
    ['api-killed', 'api'],
    ['consumer-killed', 'worker'],
  ])('%s kills the process once, and leaves the one after it alone', async (fault, name) => {
    const supervised = await serve(name);
    const first = supervised.pid();
    const { standing, signal, exited, words } = inject(fault, supervised.target());
    expect((await standing()).facts).toEqual({ process: name, pid: first });
    expect(await until(async () => (await supervised.answers()) === String(supervised.pid()))).toBe(true);
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(words.at(-1)).toMatchObject({ kind: 'reverted', by: 'order', undone: [] });
    expect(supervised.lives()).toBe(2);
  });

  it.each([
    ['api-stopped', 'api'],
    ['consumer-stopped', 'worker'],
  ])('%s stops the process, and lets it go on', async (fault, name) => {
    const supervised = await serve(name);
    const identity = identityOf(supervised.pid());
    const { standing, signal, exited, words } = inject(fault, supervised.target());
    expect((await standing()).facts).toEqual({ process: name, pid: identity.pid });
    expect(isStopped(identity)).toBe(true);
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(words.at(-1)).toMatchObject({
      kind: 'reverted',
      undone: [{ kind: 'stopped-process', subject: `${name} (pid ${identity.pid})`, outcome: 'undone', error: null }],
    });
    expect(await supervised.answers()).toBe(String(identity.pid));
  });

  it('api-stopped ends by itself when its injector is killed', async () => {
    const supervised = await serve('api');
    const identity = identityOf(supervised.pid());
    const { standing, killGroup, exited } = inject('api-stopped', supervised.target());
    await standing();
    killGroup();
    await exited;
    expect(await until(() => isStopped(identity) === false)).toBe(true);
    expect(isAlive(identity)).toBe(true);
  });

  it('api-crash-loop kills the process each time that it is back, and then no more', async () => {
    const supervised = await serve('api');
    const { standing, signal, exited } = inject('api-crash-loop', supervised.target());
    await standing();
    expect(await until(() => supervised.lives() >= 4)).toBe(true);
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(await until(async () => (await supervised.answers()) !== null)).toBe(true);
    const lives = supervised.lives();
    expect(await supervised.answers()).toBe(String(supervised.pid()));
    expect(supervised.lives()).toBe(lives);
  });

  it('is refused with exit code 2 where there is no such process, and nothing was touched', async () => {
    const supervised = await serve('web');
    const { exited, words } = inject('api-stopped', supervised.target());
    expect(await exited).toBe(2);
    expect(words).toMatchObject([
      {
        kind: 'failed',
        code: 'fault-process',
        message: 'the target has no living process api (it has: web)',
        undone: [],
      },
    ]);
    expect(supervised.lives()).toBe(1);
  });
});
