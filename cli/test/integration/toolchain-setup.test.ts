import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import type { Toolchain } from '../../src/system/tool.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';
import { resolveToolchain } from '../../src/toolchain/resolve.ts';
import { toolNames } from '../../src/toolchain/survey.ts';
import { type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let machine: Machine;
let tools: Toolchain;

beforeAll(async () => {
  const { cacheFolder, tools: settings } = readEnvironment();
  const supervisor = await startSupervisor({ tempRoot: '/tmp', clock: systemClock });
  const place = makeMachine();
  try {
    tools = await resolveToolchain(place.install(supervisor, [], { cacheFolder, settings }), {
      install: true,
      tools: [...toolNames, 'toxiproxy'],
    });
  } finally {
    await supervisor.close({ graceMs: 0 });
    place.remove();
  }
}, 900_000);
beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => machine.remove());

/** `loadkit` with an empty cache, where only Kafka is missing. */
function loadkit(command: string, changes: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...command.split(' ')], {
    env: {
      ...readEnvironment().forChildren,
      LOADKIT_K6: tools.k6.executable.file,
      LOADKIT_REDIS_SERVER: tools.redis.server.file,
      LOADKIT_MYSQLD: tools.mysql.server.file,
      LOADKIT_TOXIPROXY: tools.toxiproxy.executable.file,
      ...changes,
      XDG_CACHE_HOME: machine.folder,
    },
    stdio: 'pipe',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), text }));
  return { child, ended };
}

const cache = () => join(machine.folder, 'loadkit');
const cacheEntries = () => (existsSync(cache()) ? readdirSync(cache()) : []);

async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const options = { clock: systemClock, timeoutMs, intervalMs: 50 };
  const { timedOut } = await pollUntil(async () => condition() || undefined, options);
  expect({ timedOut, cache: cacheEntries() }).toMatchObject({ timedOut: false });
}

describe('loadkit setup', () => {
  it('that is killed leaves nothing, and the next two at once install once', async () => {
    const killed = loadkit('setup');
    await until(() => cacheEntries().some((name) => name.startsWith('.making-kafka-')), 30_000);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await until(() => cacheEntries().length === 0, 10_000);

    const both = await Promise.all([loadkit('setup').ended, loadkit('setup').ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const installs = both.filter(({ text }) => /Kafka: \S+ installed in/.test(text));
    expect(installs).toHaveLength(1);
    expect(cacheEntries()).toEqual([expect.stringMatching(/^kafka-/)]);
  });

  it('ends well where only Toxiproxy cannot be built, and says so', async () => {
    const kafka = tools.kafka.classpath.replace(/\/libs\/\*$/, '');
    const offline = { GOPROXY: 'off', GOMODCACHE: join(machine.folder, 'no-modules') };
    const { code, text } = await loadkit('setup', { ...offline, LOADKIT_KAFKA_HOME: kafka, LOADKIT_TOXIPROXY: '' })
      .ended;
    expect(text).toMatch(/Toxiproxy .*building failed[^;]*; only drills on the way to a store need it/s);
    expect(code).toBe(0);
    expect(cacheEntries()).toEqual([]);
  });

  it('ends with 130 on Ctrl-C and leaves nothing', async () => {
    const { child, ended } = loadkit('setup');
    await until(() => cacheEntries().some((name) => name.startsWith('.making-kafka-')), 30_000);
    child.kill('SIGINT');
    const { code, text } = await ended;
    expect(code).toBe(130);
    expect(text).toContain('a half-made install is removed');
    expect(cacheEntries()).toEqual([]);
  });
});

describe('loadkit doctor', () => {
  it('prints one row a tool and changes nothing', async () => {
    const { code, text } = await loadkit('doctor').ended;
    expect(code).toBe(0);
    for (const title of ['k6', 'Redis', 'MySQL or MariaDB', 'Kafka', 'Java', 'Toxiproxy', 'Docker']) {
      expect(text).toMatch(new RegExp(`^${title} {2,}\\S`, 'm'));
    }
    expect(text).toContain('`loadkit setup` installs Kafka');
    expect(cacheEntries()).toEqual([]);
  });

  it('prints the same as JSON', async () => {
    const { text } = await loadkit('doctor --json').ended;
    expect(JSON.parse(text)).toMatchObject({
      ok: true,
      cacheFolder: cache(),
      tools: [
        { name: 'k6', status: 'usable', source: 'setting', version: tools.k6.version },
        { name: 'redis', status: 'usable' },
        { name: 'mysql', status: 'usable' },
        { name: 'kafka', status: 'installable', version: null },
        { name: 'java', status: 'usable' },
        { name: 'toxiproxy', status: 'usable', source: 'setting', version: tools.toxiproxy.version },
        { name: 'docker' },
      ],
    });
  });
});
