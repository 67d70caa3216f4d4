import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readEnvironment } from '../../src/config/environment.ts';
import { systemClock } from '../../src/system/clock.ts';
import { LoadkitError } from '../../src/system/error.ts';
import { identityOf } from '../../src/system/process-identity.ts';
import type { Supervisor } from '../../src/system/supervisor.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { installedFolder, manifestFile } from '../../src/toolchain/cache-layout.ts';
import { installFolder } from '../../src/toolchain/install-folder.ts';
import { withInstallLock } from '../../src/toolchain/install-lock.ts';
import { k6Finder } from '../../src/toolchain/k6.ts';
import { mysqlFinder } from '../../src/toolchain/mysql.ts';
import { goModules, readPinned } from '../../src/toolchain/pinned.ts';
import { redisFinder } from '../../src/toolchain/redis.ts';
import { installTools, resolveToolchain } from '../../src/toolchain/resolve.ts';
import { searchTool } from '../../src/toolchain/search.ts';
import { toolNames } from '../../src/toolchain/survey.ts';
import { toxiproxyFinder } from '../../src/toolchain/toxiproxy.ts';
import { type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

let machine: Machine;
let supervisor: Supervisor;
let progress: string[];

beforeEach(async () => {
  machine = makeMachine();
  progress = [];
  const tempRoot = join(machine.folder, 'tmp');
  mkdirSync(tempRoot);
  supervisor = await startSupervisor({ tempRoot, clock: systemClock });
});
afterEach(async () => {
  await supervisor.close({ graceMs: 0 });
  machine.remove();
});

const manifestSchema = z.object({ version: z.string(), from: z.array(z.string()).min(1), madeAt: z.iso.datetime() });

function manifestIn(folder: string) {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, manifestFile), 'utf8')));
}

describe('Redis and MariaDB from the system’s packages', () => {
  it('are unpacked into the cache and run from there', async () => {
    const context = machine.install(supervisor, progress);
    await installTools(context, ['redis', 'mysql']);

    const cacheOnly = machine.search();
    const [redis] = await redisFinder(cacheOnly).inCache();
    const redisTrial = await redisFinder(cacheOnly).try(redis ?? '', 'cache');
    expect(redisTrial).toMatchObject({ ok: true, tool: { source: 'cache' } });
    const [mysql] = await mysqlFinder(cacheOnly).inCache();
    const mysqlTrial = await mysqlFinder(cacheOnly).try(mysql ?? '', 'cache');
    const mysqlRoot = join(await installedFolder('mysql', cacheOnly), 'root');
    expect(mysqlTrial).toMatchObject({
      ok: true,
      tool: {
        product: 'MariaDB',
        args: [`--basedir=${mysqlRoot}/usr`],
        installDb: { file: `${mysqlRoot}/usr/bin/mariadb-install-db` },
      },
    });

    expect(manifestIn(await installedFolder('redis', context)).from.join()).toMatch(/redis-server \S+/);
    expect(manifestIn(await installedFolder('mysql', context)).from.join()).toMatch(/mariadb-server-core \S+/);
    expect(readdirSync(machine.cacheFolder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(progress[0]).toMatch(/^Redis: unpack .* MB on disk/);
  });

  it('come with fresh package lists where the system’s are absent', async () => {
    // An apt configuration that names no lists is what a slim image has.
    const empty = join(machine.folder, 'empty-lists');
    mkdirSync(join(empty, 'partial'), { recursive: true });
    const config = machine.file('apt.conf', `Dir::State::lists "${empty}";\n`);
    const context = machine.install(supervisor, progress);
    await installTools({ ...context, env: { ...context.env, APT_CONFIG: config } }, ['redis']);
    expect(progress[0]).toContain('after fetching package lists');
    expect(manifestIn(await installedFolder('redis', context)).version).toMatch(/^\d+\.\d+/);
    expect(readdirSync(empty).filter((name) => name.includes('Packages'))).toEqual([]);
  });
});

describe('Kafka from its pinned artifacts', () => {
  it('is installed once by two that start at once', async () => {
    const other = await startSupervisor({ tempRoot: join(machine.folder, 'tmp'), clock: systemClock });
    try {
      await Promise.all([
        installTools(machine.install(supervisor, progress), ['kafka']),
        installTools(machine.install(other, progress), ['kafka']),
      ]);
    } finally {
      await other.close({ graceMs: 0 });
    }
    const folder = await installedFolder('kafka', machine.search());
    expect(basename(folder)).toBe(`kafka-${manifestIn(folder).version}`);
    expect(progress.filter((line) => line.includes('waiting for another loadkit'))).toHaveLength(1);
    expect(progress.filter((line) => line.includes('installed by another loadkit'))).toHaveLength(1);
    expect(readdirSync(machine.cacheFolder)).toEqual([basename(folder)]);
  });
});

describe('Toxiproxy from its pinned module', () => {
  it('is built into the cache and tells its version', async () => {
    const context = machine.install(supervisor, progress);
    await installTools(context, ['toxiproxy']);
    const { toxiproxy: version } = await readPinned(context.pinnedFolder);
    const { found } = await searchTool(toxiproxyFinder(machine.search()));
    expect(found?.tool).toMatchObject({ version, source: 'cache' });
    const manifest = manifestIn(await installedFolder('toxiproxy', context));
    expect(manifest).toMatchObject({
      version,
      from: [`${goModules.toxiproxy} v${version}`, expect.stringMatching(/^go \d/)],
    });
    expect(progress[0]).toMatch(/^Toxiproxy: build \S+ v\S+ with Go \S+ \(.* MB on disk, about/);
  }, 600_000);
});

describe('an install that cannot succeed', () => {
  it('ends with 93, names each missing tool and the line that brings it, and leaves nothing', async () => {
    const context = machine.install(supervisor, progress);
    const env = { ...context.env, GOPROXY: 'off', GOMODCACHE: join(machine.folder, 'no-modules') };
    const failure = await installTools({ ...context, env }, ['k6']).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'tool-missing', exitCode: 93 });
    expect(failure).toBeInstanceOf(LoadkitError);
    if (!(failure instanceof LoadkitError)) return;
    expect(failure.message).toMatch(/^k6 \(≥ 1\.0\): k6 \d+\.\d+\.\d+: building failed \(go, exit 1\)\n.*GOPROXY=off/);
    expect(failure.hint).toMatch(/k6: curl -fsSL \S+ \| sudo tar/);
    expect(readdirSync(machine.cacheFolder)).toEqual([]);
  });

  it('is not begun for one tool when another is out of reach', async () => {
    const context = machine.install(supervisor, progress, { path: join(machine.folder, 'bin') });
    await expect(installTools(context, ['k6', 'redis', 'kafka'])).rejects.toMatchObject({
      code: 'tool-missing',
      exitCode: 93,
      message: expect.stringMatching(/k6 .*: no Go.*\nRedis .*: no apt-get.*\nKafka .*: no Java/),
    });
    expect(existsSync(machine.cacheFolder)).toBe(false);
  });

  it('is not tried where installing is forbidden', async () => {
    const context = machine.install(supervisor, progress, { path: join(machine.folder, 'bin') });
    await expect(resolveToolchain(context, { install: false, tools: toolNames })).rejects.toMatchObject({
      code: 'tool-missing',
      exitCode: 93,
      message: expect.stringMatching(/^k6 \(≥ 1\.0\): not found/),
      hint: expect.stringMatching(/`loadkit setup` installs what it can; by hand:\nk6: /),
    });
  });

  it('says so when the cache cannot be written', async () => {
    machine.file('cache', 'a file where the folder should be');
    await expect(installTools(machine.install(supervisor, progress), ['redis'])).rejects.toMatchObject({
      code: 'cache-unwritable',
      exitCode: 93,
      hint: expect.stringContaining('XDG_CACHE_HOME='),
    });
  });

  it('is stopped when the command is interrupted, and leaves nothing', async () => {
    const controller = new AbortController();
    const context = machine.install(supervisor, progress, { signal: controller.signal });
    const install = installTools({ ...context, onProgress: () => controller.abort(new Error('enough')) }, ['kafka']);
    await expect(install).rejects.toThrow('enough');
    expect(existsSync(machine.cacheFolder) ? readdirSync(machine.cacheFolder) : []).toEqual([]);
  });
});

describe('an installed folder', () => {
  const isWhole = (folder: string) => async () => existsSync(join(folder, 'whole'));
  const build = async (made: string) => {
    writeFileSync(join(made, 'whole'), '');
    return { tool: 'thing', version: '1', from: ['nothing'] };
  };

  it('that is damaged is replaced', async () => {
    const folder = join(machine.cacheFolder, 'thing-1');
    machine.file('cache/thing-1/half');
    await installFolder(
      { title: 'Thing', folder, isThere: isWhole(folder), build },
      machine.install(supervisor, progress),
    );
    expect(readdirSync(folder).sort()).toEqual([manifestFile, 'whole']);
    expect(readdirSync(machine.cacheFolder)).toEqual(['thing-1']);
  });

  it('appears whole or not at all', async () => {
    const folder = join(machine.cacheFolder, 'thing-1');
    const failing = async (made: string) => {
      writeFileSync(join(made, 'half'), '');
      throw new LoadkitError('install-step', 'it broke');
    };
    const install = { title: 'Thing', folder, isThere: isWhole(folder), build: failing };
    await expect(installFolder(install, machine.install(supervisor, progress))).rejects.toThrow('it broke');
    expect(readdirSync(machine.cacheFolder)).toEqual([]);
  });

  it('leaves no trace of one that a killed loadkit had begun', async () => {
    const folder = join(machine.cacheFolder, 'thing-1');
    machine.file('cache/.making-thing-1.999999999.1/made/half');
    machine.file('cache/.lock-thing-1', JSON.stringify({ host: hostname(), pid: 999_999_999, startedAt: '1' }));
    await installFolder(
      { title: 'Thing', folder, isThere: isWhole(folder), build },
      machine.install(supervisor, progress),
    );
    expect(readdirSync(machine.cacheFolder)).toEqual(['thing-1']);
  });
});

describe('the lock of an install', () => {
  it('is waited for while its holder lives', async () => {
    const file = machine.file('lock', JSON.stringify({ host: hostname(), ...identityOf(process.pid) }));
    const controller = new AbortController();
    const context = machine.install(supervisor, progress, {
      signal: controller.signal,
      onProgress: (line) => {
        progress.push(line);
        controller.abort(new Error('waited'));
      },
    });
    await expect(withInstallLock({ file, title: 'Thing' }, context, async () => 'got it')).rejects.toThrow('waited');
    expect(progress).toEqual([
      `Thing: waiting for another loadkit that installs (process ${process.pid} on ${hostname()})`,
    ]);
    expect(existsSync(file)).toBe(true);
  });

  it('is taken over when another process has its holder’s number', async () => {
    const file = machine.file('lock', JSON.stringify({ host: hostname(), pid: process.pid, startedAt: '1' }));
    const context = machine.install(supervisor, progress);
    expect(await withInstallLock({ file, title: 'Thing' }, context, async () => 'got it')).toBe('got it');
    expect(existsSync(file)).toBe(false);
  });

  it('lets one in at a time', async () => {
    const file = join(machine.folder, 'lock');
    const context = machine.install(supervisor, progress);
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(20);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withInstallLock({ file, title: 'Thing' }, context, work)));
    expect(most).toBe(1);
  });
});

describe('the tools of this machine', () => {
  it('are found, or installed into the user’s cache, and all work', async () => {
    const { cacheFolder, tools: settings } = readEnvironment();
    const context = machine.install(supervisor, progress, { cacheFolder, settings });
    const toolchain = await resolveToolchain(context, { install: true, tools: [...toolNames, 'toxiproxy'] });
    expect(await searchTool(k6Finder(context))).toMatchObject({ found: { tool: { version: toolchain.k6.version } } });
    expect(Object.keys(toolchain).sort()).toEqual(['k6', 'kafka', 'mysql', 'redis', 'toxiproxy']);
  }, 900_000);
});
