import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { javaFinder } from '../../src/toolchain/java.ts';
import { k6Finder } from '../../src/toolchain/k6.ts';
import { kafkaFinder } from '../../src/toolchain/kafka.ts';
import { mysqlFinder } from '../../src/toolchain/mysql.ts';
import { redisFinder } from '../../src/toolchain/redis.ts';
import { searchTool } from '../../src/toolchain/search.ts';
import { toxiproxyFinder } from '../../src/toolchain/toxiproxy.ts';
import { k6Script, type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

// The scripts here stand for releases that no package client serves any more; real tools are asked in
// test/integration/toolchain-*.test.ts.
let machine: Machine;

beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => machine.remove());

const settings = { k6: null, redisServer: null, mysqld: null, kafkaHome: null, java: null, toxiproxy: null };

describe('the search for a tool', () => {
  it('takes the explicit setting before the PATH', async () => {
    machine.script('k6', k6Script('2.0.0'));
    const set = machine.script('my-k6', k6Script('1.5.0'), 'elsewhere');
    const { found } = await searchTool(k6Finder(machine.search({ settings: { ...settings, k6: set } })));
    expect(found?.tool).toMatchObject({ version: '1.5.0', source: 'setting', executable: { file: set } });
  });

  it('passes over a tool on the PATH that is too old, says so, and goes on', async () => {
    const old = machine.script('k6', k6Script('0.47.0'), 'first');
    const good = machine.script('k6', k6Script('1.4.0'), 'second');
    const path = [dirname(old), dirname(good)].join(':');
    const { found, rejected } = await searchTool(k6Finder(machine.search({ path })));
    expect(found?.where).toBe(good);
    expect(rejected).toEqual([
      { where: old, source: 'path', version: '0.47.0', reason: 'too old: 0.47.0, needs 1.0 or newer' },
    ]);
  });

  it('goes from the PATH to the cache', async () => {
    machine.script('k6', k6Script('0.47.0'));
    const context = machine.search();
    const [cached = ''] = await k6Finder(context).inCache();
    machine.script('k6', k6Script('2.2.0'), dirname(cached).slice(machine.folder.length + 1));
    const { found } = await searchTool(k6Finder(context));
    expect(found?.tool).toMatchObject({ version: '2.2.0', source: 'cache' });
  });

  it('never passes over an explicit setting that does not work', async () => {
    machine.script('k6', k6Script('2.0.0'));
    const old = machine.script('old-k6', k6Script('0.47.0'), 'elsewhere');
    const search = await searchTool(k6Finder(machine.search({ settings: { ...settings, k6: old } })));
    expect(search.found).toBeNull();
    expect(search.brokenSetting).toMatchObject({ setting: 'LOADKIT_K6', where: old, version: '0.47.0' });
  });

  it('says that a setting names nothing', async () => {
    const search = await searchTool(k6Finder(machine.search({ settings: { ...settings, k6: '/nowhere/k6' } })));
    expect(search.brokenSetting?.reason).toBe('there is no such file or folder');
  });

  it('looks at a program with two names once', async () => {
    const old = machine.script('redis-server', 'echo "Redis server v=6.0.16 sha=0"');
    symlinkSync(old, join(dirname(old), 'valkey-server'));
    const { rejected } = await searchTool(redisFinder(machine.search()));
    expect(rejected.filter(({ where }) => where.startsWith(machine.folder))).toHaveLength(1);
  });

  it('passes over a program that cannot be started', async () => {
    machine.script('k6', 'exit 3');
    const { found, rejected } = await searchTool(k6Finder(machine.search()));
    expect(found).toBeNull();
    expect(rejected[0]?.reason).toBe('`k6 version`: exit 3');
  });
});

describe('k6', () => {
  it('is too old when its OpenTelemetry output is an experiment', async () => {
    machine.script('k6', k6Script('1.3.0', 'cloud, csv, experimental-opentelemetry, json'));
    const { found, rejected } = await searchTool(k6Finder(machine.search()));
    expect(found).toBeNull();
    expect(rejected[0]?.reason).toContain('too old: 1.3.0 has no stable `opentelemetry` output');
  });
});

describe('Toxiproxy', () => {
  const answer = (version: string) => `[ "$1" = -version ] && echo "toxiproxy-server version ${version}"`;

  it('is found by its setting, on the PATH, and in the cache', async () => {
    const context = machine.search();
    const [cached = ''] = await toxiproxyFinder(context).inCache();
    machine.script('toxiproxy-server', answer('2.12.0'), dirname(cached).slice(machine.folder.length + 1));
    expect((await searchTool(toxiproxyFinder(context))).found?.tool).toMatchObject({
      version: '2.12.0',
      source: 'cache',
    });
    machine.script('toxiproxy-server', answer('2.11.0'));
    expect((await searchTool(toxiproxyFinder(context))).found?.tool).toMatchObject({
      version: '2.11.0',
      source: 'path',
    });
    const toxiproxy = machine.script('my-toxiproxy', answer('2.9.0'), 'elsewhere');
    const set = machine.search({ settings: { ...settings, toxiproxy } });
    expect((await searchTool(toxiproxyFinder(set))).found?.tool).toMatchObject({
      version: '2.9.0',
      source: 'setting',
      executable: { file: toxiproxy },
    });
  });

  it('before 2.7 is too old, and one that was built without its version may be', async () => {
    machine.script('toxiproxy-server', answer('2.6.0'));
    const old = await searchTool(toxiproxyFinder(machine.search()));
    expect(old.rejected[0]?.reason).toBe('too old: 2.6.0, needs 2.7 or newer');
    machine.script('toxiproxy-server', answer('git'));
    const unnamed = await searchTool(toxiproxyFinder(machine.search()));
    expect(unnamed.found).toBeNull();
    expect(unnamed.rejected[0]?.reason).toContain('names no version: "toxiproxy-server version git"');
  });
});

describe('MySQL and MariaDB', () => {
  const answer = (text: string) => `echo "/usr/sbin/mysqld  Ver ${text}"`;
  const first = async () => {
    const { found, rejected } = await searchTool(mysqlFinder(machine.search()));
    return found?.where.startsWith(machine.folder) ? found.tool : rejected[0]?.reason;
  };

  it('have minimum versions of their own', async () => {
    machine.script('mysqld', answer('8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)'));
    expect(await first()).toBe('too old: MySQL 8.0.36, needs 8.4 or newer');
    machine.script('mysqld', answer('10.5.23-MariaDB-0+deb11u1 for debian-linux-gnu on x86_64 (Debian 11)'));
    expect(await first()).toBe('too old: MariaDB 10.5.23, needs 10.6 or newer');
  });

  it('are told apart by what they answer, not by their file name', async () => {
    machine.script('mysqld', answer('11.4.2-MariaDB for Linux on x86_64'));
    const installDb = machine.script('mariadb-install-db', 'exit 0');
    expect(await first()).toMatchObject({ product: 'MariaDB', version: '11.4.2', installDb: { file: installDb } });
    machine.script('mysqld', answer('9.1.0 for Linux on x86_64 (MySQL Community Server - GPL)'));
    expect(await first()).toMatchObject({ product: 'MySQL', version: '9.1.0', installDb: null, args: [] });
  });

  it('get --basedir when they run from a folder of their own', async () => {
    machine.script('mysqld', answer('9.1.0 for Linux on x86_64'));
    machine.file('share/english/errmsg.sys');
    expect(await first()).toMatchObject({ args: [`--basedir=${machine.folder}`] });
  });
});

describe('Java', () => {
  it('is read past the line about JAVA_TOOL_OPTIONS', async () => {
    machine.script(
      'java',
      'echo "Picked up JAVA_TOOL_OPTIONS: -Dversion=9" >&2; echo \'openjdk version "21.0.2"\' >&2',
    );
    const { found } = await searchTool(javaFinder(machine.search()));
    expect(found?.tool.version).toBe('21.0.2');
  });

  it('1.8 is Java 8, and too old', async () => {
    machine.script('java', 'echo \'java version "1.8.0_392"\' >&2');
    const { rejected } = await searchTool(javaFinder(machine.search()));
    expect(rejected[0]?.reason).toBe('too old: Java 1.8.0_392, needs 17 or newer');
  });

  it('is found through JAVA_HOME too', async () => {
    const file = machine.script('java', 'echo \'openjdk version "17.0.9"\' >&2', 'jdk/bin');
    const env = { PATH: '/usr/bin:/bin', JAVA_HOME: join(machine.folder, 'jdk') };
    const { found } = await searchTool(javaFinder(machine.search({ env })));
    expect(found?.where).toBe(file);
  });
});

describe('Kafka', () => {
  it('is the distribution whose start script is on the PATH', async () => {
    const script = machine.script('kafka-server-start.sh', 'exit 0', 'kafka/bin');
    machine.file('kafka/libs/kafka_2.13-3.9.0-sources.jar');
    machine.file('kafka/libs/kafka_2.13-3.9.0.jar');
    const { found } = await searchTool(kafkaFinder(machine.search({ path: dirname(script) })));
    expect(found?.tool).toMatchObject({ version: '3.9.0', classpath: join(machine.folder, 'kafka', 'libs', '*') });
  });

  it('before 3.7 is too old, and a folder without libs/ is none', async () => {
    machine.file('old/libs/kafka_2.12-2.8.0.jar');
    const reasonOf = async (folder: string) => {
      const kafkaHome = join(machine.folder, folder);
      const search = await searchTool(kafkaFinder(machine.search({ settings: { ...settings, kafkaHome } })));
      return search.brokenSetting?.reason;
    };
    expect(await reasonOf('old')).toBe('too old: 2.8.0, needs 3.7 or newer');
    expect(await reasonOf('old/libs')).toBe(`no folder ${join(machine.folder, 'old', 'libs', 'libs')}`);
  });
});
