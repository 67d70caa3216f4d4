import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import type { Supervisor } from '../../src/system/supervisor.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { endCommand } from '../fixtures/supervisor/end-command.ts';
import { processesWith } from '../fixtures/supervisor/processes.ts';

const ownerFile = fileURLToPath(new URL('../fixtures/supervisor/owner.ts', import.meta.url));
const stubborn = fileURLToPath(new URL('../fixtures/supervisor/stubborn.mjs', import.meta.url));

let tempRoot: string;
let logs: string;
let supervisor: Supervisor | undefined;

beforeEach(() => {
  tempRoot = mkdtempSync(join(tmpdir(), 'lk-test-'));
  logs = mkdtempSync(join(tmpdir(), 'lk-logs-'));
});

afterEach(async () => {
  await supervisor?.close({ graceMs: 0 });
  supervisor = undefined;
  for (const folder of [tempRoot, logs]) rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Supervisor> {
  supervisor = await startSupervisor({ tempRoot, clock: systemClock });
  return supervisor;
}

function node(name: string, args: readonly string[]) {
  return { name, file: process.execPath, args: [...args, tempRoot], env: {}, logFile: join(logs, `${name}.log`) };
}

const forever = ['-e', 'console.log("up"); setInterval(() => {}, 1000)'];

async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const result = await pollUntil(async () => ((await condition()) ? true : undefined), {
    clock: systemClock,
    timeoutMs: 15_000,
    intervalMs: 50,
  });
  return !result.timedOut;
}

async function nothingLeft(): Promise<void> {
  await until(async () => (await processesWith(tempRoot)).length === 0 && readdirSync(tempRoot).length === 0);
  expect(await processesWith(tempRoot)).toEqual([]);
  expect(readdirSync(tempRoot)).toEqual([]);
  expect(existsSync(join(logs, 'half-made'))).toBe(false);
}

function undone(): string[] {
  const file = join(logs, 'undone');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

describe('a command that is killed with SIGKILL', () => {
  async function ownerAt(stage: string): Promise<ChildProcess> {
    const owner = spawn(process.execPath, ['--import', 'tsx', ownerFile, tempRoot, logs, stage], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (owner.stdout === null) throw new Error('no stdout');
    for await (const line of createInterface(owner.stdout)) if (line.includes(stage)) break;
    return owner;
  }

  it.each(['starting', 'started', 'spawning', 'running', 'closing'])(
    'leaves nothing behind while %s',
    async (stage) => {
      const owner = await ownerAt(stage);
      const gone = once(owner, 'exit');
      owner.kill('SIGKILL');
      await gone;
      await nothingLeft();
    },
  );

  it('runs its end commands, the last registered first, after its children have ended', async () => {
    const owner = await ownerAt('promised');
    const gone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await gone;
    expect(await until(() => existsSync(join(logs, 'last.log')))).toBe(true);
    expect((await processesWith(tempRoot)).filter((line) => line.includes('stubborn'))).toEqual([]);
    await nothingLeft();
    expect(undone()).toEqual(['last', 'first']);
  });

  it('leaves no process when the watchdog is killed at the same moment, and the next command sweeps its folder', async ({
    skip,
  }) => {
    if (process.platform !== 'linux') skip('needs prctl(PR_SET_PDEATHSIG)');
    const owner = await ownerAt('started');
    const [watchdog] = (await processesWith(tempRoot)).filter((line) => line.includes('watchdog'));
    const gone = once(owner, 'exit');
    process.kill(Number.parseInt(watchdog ?? '', 10), 'SIGKILL');
    owner.kill('SIGKILL');
    await gone;
    expect(await until(async () => (await processesWith(tempRoot)).length === 0)).toBe(true);
    const left = readdirSync(tempRoot);
    expect(left).toHaveLength(1);
    await start();
    expect(await until(() => !readdirSync(tempRoot).some((name) => left.includes(name)))).toBe(true);
  });
});

describe('a watchdog that is killed', () => {
  it('takes the children along, settles what waits for them, and starts nothing more', async () => {
    const ours = await start();
    const child = await ours.spawn(node('child', forever));
    await ours.tempDir('data');
    const [watchdog] = (await processesWith(tempRoot)).filter((line) => line.includes('watchdog'));
    process.kill(Number.parseInt(watchdog ?? '', 10), 'SIGKILL');
    expect(await child.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    await expect(ours.spawn(node('late', forever))).rejects.toMatchObject({ code: 'watchdog-lost' });
    await ours.close();
    await nothingLeft();
  });
});

describe('an end command', () => {
  const command = (name: string, delayMs = 0) => endCommand(name, { tempRoot, logFolder: logs, delayMs });

  it('is run when the supervisor is closed, unless it was withdrawn', async () => {
    const ours = await start();
    await ours.runAtEnd(command('first'));
    const done = await ours.runAtEnd(command('done'));
    await ours.runAtEnd(command('last'));
    await done.withdraw();
    expect(undone()).toEqual([]);
    await ours.close({ graceMs: 0 });
    expect(undone()).toEqual(['last', 'first']);
    await nothingLeft();
  });

  it('is run when the watchdog was killed, by the command itself', async () => {
    const ours = await start();
    await ours.runAtEnd(command('undo'));
    const [watchdog] = (await processesWith(tempRoot)).filter((line) => line.includes('watchdog'));
    process.kill(Number.parseInt(watchdog ?? '', 10), 'SIGKILL');
    expect(await until(() => undone().length > 0)).toBe(true);
    await ours.close();
    expect(undone()).toEqual(['undo']);
    await expect(ours.runAtEnd(command('late'))).rejects.toMatchObject({ code: 'watchdog-lost' });
    await nothingLeft();
  });

  it('that hangs or cannot be started does not keep the others from running', async () => {
    const ours = await start();
    await ours.runAtEnd(command('first'));
    await ours.runAtEnd({ ...command('missing'), file: '/nowhere/undo' });
    await ours.runAtEnd({ ...command('hangs', 3_600_000), timeoutMs: 500 });
    await ours.runAtEnd({ ...command('mute'), logFile: '/nowhere/mute.log' });
    await ours.close({ graceMs: 0 });
    expect(undone()).toEqual(['mute', 'first']);
    expect(readFileSync(join(logs, 'hangs.log'), 'utf8')).toBe('hangs begins\n');
    await nothingLeft();
  });
});

describe('closing', () => {
  it('lets a child end by itself and gives its exit code', async () => {
    const ours = await start();
    const polite = [
      '-e',
      'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)',
    ];
    const child = await ours.spawn(node('polite', polite));
    await until(() => readFileSync(child.logFile, 'utf8').includes('up'));
    await ours.close({ graceMs: 10_000 });
    expect(await child.exited).toMatchObject({ code: 7, signal: null });
    await nothingLeft();
  });

  it('kills a child and its grandchild that ignore SIGTERM', async () => {
    const ours = await start();
    const child = await ours.spawn(node('stubborn', [stubborn, await ours.tempDir('data'), join(logs, 'half-made')]));
    await ours.removeAtEnd(join(logs, 'half-made'));
    await until(async () => readFileSync(child.logFile, 'utf8').split('started').length === 3);
    await ours.close({ graceMs: 200 });
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(readFileSync(child.logFile, 'utf8')).toContain('SIGTERM ignored');
    await nothingLeft();
  });

  it('is hurried by a second close', async () => {
    const ours = await start();
    const child = await ours.spawn(node('stubborn', [stubborn, await ours.tempDir('data'), join(logs, 'half-made')]));
    await ours.removeAtEnd(join(logs, 'half-made'));
    await until(async () => readFileSync(child.logFile, 'utf8').split('started').length === 3);
    await Promise.all([ours.close({ graceMs: 3_600_000 }), ours.close({ graceMs: 0 })]);
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
    await ours.close();
    await nothingLeft();
  });

  it('lets nothing start any more, and ends what was asked for just before', async () => {
    const ours = await start();
    const before = ours.spawn(node('before', forever));
    const closed = ours.close({ graceMs: 1000 });
    await expect(ours.spawn(node('after', forever))).rejects.toMatchObject({ code: 'supervisor-closed' });
    await expect((await before).exited).resolves.toBeDefined();
    await closed;
    await nothingLeft();
  });

  it('keeps a folder that is complete', async () => {
    const ours = await start();
    const made = mkdtempSync(join(logs, 'made-'));
    await ours.removeAtEnd(made);
    await ours.keep(made);
    await expect(ours.keep(await ours.tempDir('data'))).rejects.toMatchObject({ code: 'temp-folder' });
    await ours.close();
    expect(existsSync(made)).toBe(true);
  });
});

describe('a child', () => {
  it('leads a process group of its own and logs to its files, appended', async () => {
    const ours = await start();
    const script = 'console.log("out"); console.error("err")';
    for (const _ of [1, 2]) {
      const child = await ours.spawn({ ...node('child', ['-e', script]), stdoutFile: join(logs, 'out.txt') });
      expect(await child.exited).toMatchObject({ code: 0, signal: null });
    }
    expect(readFileSync(join(logs, 'child.log'), 'utf8')).toBe('err\nerr\n');
    expect(readFileSync(join(logs, 'out.txt'), 'utf8')).toBe('out\nout\n');
  });

  it('gets the environment that was asked for and no other', async () => {
    const ours = await start();
    const child = await ours.spawn({
      ...node('env', ['-e', 'console.log(JSON.stringify(process.env))']),
      env: { GIVEN: 'yes' },
    });
    await child.exited;
    expect(JSON.parse(readFileSync(child.logFile, 'utf8'))).toEqual({ GIVEN: 'yes' });
  });

  it('that dies takes the rest of its group along', async () => {
    const ours = await start();
    const child = await ours.spawn(node('stubborn', [stubborn, await ours.tempDir('data'), join(logs, 'half-made')]));
    await until(async () => readFileSync(child.logFile, 'utf8').split('started').length === 3);
    process.kill(child.pid, 'SIGKILL');
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(await until(async () => !(await processesWith(tempRoot)).some((line) => line.includes('stubborn')))).toBe(
      true,
    );
    await child.kill('SIGTERM');
    expect(await child.stop({ graceMs: 10 })).toMatchObject({ signal: 'SIGKILL' });
  });

  it('that cannot be started is named with the reason', async () => {
    const ours = await start();
    const missing = { ...node('ghost', []), file: '/nowhere/ghost' };
    await expect(ours.spawn(missing)).rejects.toMatchObject({
      code: 'process-not-started',
      message: expect.stringContaining('no program /nowhere/ghost'),
    });
    await expect(ours.spawn({ ...node('lost', forever), cwd: '/nowhere' })).rejects.toThrow('no folder /nowhere');
    await expect(ours.spawn({ ...node('mute', forever), logFile: '/nowhere/x.log' })).rejects.toThrow('ENOENT');
  });
});

it('a supervisor without a temp folder says which one', async () => {
  await expect(startSupervisor({ tempRoot: '/nowhere', clock: systemClock })).rejects.toMatchObject({
    code: 'watchdog-not-started',
    message: expect.stringContaining('/nowhere'),
  });
});
