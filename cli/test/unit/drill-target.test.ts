import { describe, expect, it } from 'vitest';
import { drillCommandLine } from '../../src/commands/drill-command-line.ts';
import { type DrillOptions, loadOptions } from '../../src/commands/drill-options.ts';
import { checkHeldPermit, checkTarget, lackOf, settingsThere, targetOf } from '../../src/commands/drill-target.ts';
import { faultOf, faults } from '../../src/faults/registry.ts';
import type { HeldState } from '../../src/stack/held-state.ts';
import { builtDrillOptions, noUrls } from './built-options.ts';
import { builtUpState } from './built-up-state.ts';

const local = builtDrillOptions();
const running: DrillOptions = { ...local, stack: 'running' };
const external: DrillOptions = {
  ...local,
  stack: 'external',
  external: { ...noUrls, baseUrl: 'http://127.0.0.1:8080', mysqlUrl: 'mysql://shop:hush@127.0.0.1:3306/shop' },
};
const rowHeld = [faultOf('row-held')];

const up = builtUpState({
  endpoints: { ...noUrls, baseUrl: 'http://127.0.0.1:20123', kafkaBrokers: null, metricsUrls: {} },
});
const starting: HeldState = {
  status: 'starting',
  name: 'other',
  manifestFolder: '/other',
  keeper: up.keeper,
  since: 0,
  logFolder: '/logs',
};

function check(options: DrillOptions, wanted = rowHeld, held: readonly HeldState[] = []): Promise<void> {
  return checkTarget(wanted, options, held);
}

describe('what a fault can be injected into', () => {
  it('is any stack that is started for it', () => {
    expect(faults.filter((fault) => lackOf(fault, local) !== null)).toEqual([]);
  });

  it('is a stack that is up where it touches stores and processes only', () => {
    const ids = faults.filter((fault) => lackOf(fault, running) === null).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['none', 'lock-orphan', 'row-held', 'redis-stall', 'api-killed']));
    for (const fault of faults) {
      const { id, proxies, restarts } = fault;
      if (proxies.length > 0 || restarts !== undefined) expect(ids).not.toContain(id);
    }
  });

  it('is somebody else’s service where it touches nothing but the stores', () => {
    const ids = faults.filter((fault) => lackOf(fault, external) === null).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['none', 'lock-orphan', 'row-held', 'redis-stall']));
    expect(ids).not.toContain('api-killed');
  });

  it.each([
    ['redis-latency', 'redis-latency cannot be injected into http://127.0.0.1:8080: it needs a proxy before redis'],
    ['redis-killed', /it needs a stack that starts redis again$/],
    ['api-killed', /it needs a process that loadkit started$/],
  ])('is refused for %s before it is asked for a permit', async (id, message) => {
    const refused = check(external, [faultOf(id)]);
    await expect(refused).rejects.toMatchObject({ code: 'drill-target', exitCode: 2 });
    await expect(refused).rejects.toThrow(message);
  });
});

describe('a target that was not started for the drill', () => {
  it('is refused with what would be done to it, and the name that would permit it', async () => {
    await expect(check(external)).rejects.toMatchObject({
      code: 'drill-refused',
      exitCode: 2,
      message:
        'http://127.0.0.1:8080 was not started for this drill. It would be loaded, and this would be done to it:\n' +
        '  row-held: a session that sleeps holds the rows of the five products that everybody orders',
      hint: 'with the permission of whoever runs it: --permit 127.0.0.1:8080',
    });
  });

  it.each(['127.0.0.1', '127.0.0.1:80', 'http://127.0.0.1:8080', 'localhost:8080', '127.0.0.1:8080 ', ''])(
    'is refused by another name: %j',
    async (permit) => {
      await expect(check({ ...external, permit })).rejects.toMatchObject({
        code: 'drill-refused',
        message: expect.stringContaining(`--permit ${permit} does not name http://127.0.0.1:8080.`),
      });
    },
  );

  it('is permitted by host and port, with the port that its protocol has where the address names none', async () => {
    await check({ ...external, permit: '127.0.0.1:8080' });
    const plain = { ...external, external: { ...noUrls, baseUrl: 'https://localhost/shop' } };
    await check({ ...plain, permit: 'localhost:443' });
    await expect(check(plain)).rejects.toMatchObject({ hint: expect.stringContaining('--permit localhost:443') });
  });

  it('needs its host to be allowed beside its name where it is another machine, its stores as well', async () => {
    const far = { ...external, permit: '127.0.0.1:8080' };
    const permit = ({ baseUrl = far.external.baseUrl }) => new URL(String(baseUrl)).host;
    const stores = [
      { baseUrl: 'http://192.0.2.7:8080' },
      { redisUrl: 'redis://:hush@192.0.2.7:6379' },
      { mysqlUrl: 'mysql://shop:hush@192.0.2.7/shop' },
      { kafkaBrokers: ['127.0.0.1:9092', '192.0.2.7:9092'] },
    ];
    for (const store of stores) {
      const options = { ...far, permit: permit(store), external: { ...far.external, ...store } };
      const refused = check(options);
      await expect(refused).rejects.toMatchObject({
        code: 'base-url-refused',
        message: expect.stringMatching(/^--[a-z-]+: 192\.0\.2\.7 is not on this machine/),
        hint: expect.stringContaining('--allow-host 192.0.2.7'),
      });
      await expect(refused).rejects.not.toThrow('hush');
      await check({ ...options, allowHosts: ['192.0.2.7'] });
    }
  });

  it('is no other than the one that --stack names', async () => {
    for (const stack of ['local', 'running'] as const) {
      await expect(check({ ...external, stack })).rejects.toMatchObject({ code: 'stack-choice', exitCode: 2 });
    }
  });

  it('has a base URL', async () => {
    const redisOnly = { ...external, external: { ...noUrls, redisUrl: 'redis://127.0.0.1:6379' } };
    await expect(check(redisOnly)).rejects.toMatchObject({ code: 'stack-choice', exitCode: 2 });
  });

  it('is what a permit is for', async () => {
    await check(local);
    await expect(check({ ...local, permit: 'shop' })).rejects.toMatchObject({ code: 'drill-target', exitCode: 2 });
  });
});

describe('a stack that is up', () => {
  it('is permitted by its name, or by its address', async () => {
    await check({ ...running, permit: 'shop' }, rowHeld, [up]);
    await check({ ...running, permit: '127.0.0.1:20123' }, rowHeld, [starting, up]);
    for (const permit of [null, 'other']) {
      await expect(check({ ...running, permit }, rowHeld, [starting, up])).rejects.toMatchObject({
        code: 'drill-refused',
        message: expect.stringContaining('the stack shop that is up at 127.0.0.1:20123'),
        hint: expect.stringContaining('--permit shop'),
      });
    }
  });

  it('is not asked for where none is up: the choice of the stack says so', async () => {
    await check(running);
  });

  it('is the one that was permitted, also when several are up', () => {
    const line = {
      living: () => ({ processes: [], containers: [], missing: [] }),
      onEvent: () => undefined,
      onLost: () => undefined,
      release: () => undefined,
    };
    const choice = { provider: 'running', held: { name: 'shop', state: up, line } } as const;
    expect(() => checkHeldPermit(rowHeld, { ...running, permit: 'shop' }, choice)).not.toThrow();
    expect(() => checkHeldPermit(rowHeld, { ...running, permit: 'other' }, choice)).toThrow(
      '--permit other does not name the stack shop',
    );
  });
});

describe('the load of a drill', () => {
  it('leaves the settings of somebody else’s service as they are', () => {
    const lock = faultOf('lock-orphan');
    expect(loadOptions(lock, 1_000, local).set).toEqual({ ISSUE_STRATEGY: 'lock-no-expiry' });
    expect(loadOptions(lock, 1_000, running).set).toEqual({ ISSUE_STRATEGY: 'lock-no-expiry' });
    expect(loadOptions(lock, 1_000, external)).toMatchObject({
      set: {},
      stack: 'external',
      external: external.external,
    });
  });

  it('leaves a stack that is up with more settings than the fault asks for, the placebo as well', () => {
    const there = settingsThere({ ...running, permit: 'shop' }, [
      starting,
      { ...up, set: { ISSUE_STRATEGY: 'naive', A: '1' } },
    ]);
    expect(there).toEqual({ ISSUE_STRATEGY: 'naive', A: '1' });
    expect(loadOptions(faultOf('none'), 1_000, running, there).set).toEqual(there);
    expect(loadOptions(faultOf('lock-orphan'), 1_000, running, there).set).toEqual({
      ISSUE_STRATEGY: 'lock-no-expiry',
      A: '1',
    });
    expect(settingsThere({ ...running, permit: 'other' }, [up])).toEqual({});
    expect(settingsThere(external, [up])).toEqual({});
  });

  it('is repeated from its record against the same target, without its passwords', () => {
    const line = drillCommandLine(faultOf('row-held'), { ...external, permit: '127.0.0.1:8080' }).join(' ');
    expect(line).toContain('--base-url http://127.0.0.1:8080 --mysql-url mysql://shop:***@127.0.0.1:3306/shop');
    expect(line).toContain('--permit 127.0.0.1:8080');
    expect(drillCommandLine(faultOf('row-held'), running)).toEqual(expect.arrayContaining(['--stack', 'running']));
    expect(drillCommandLine(faultOf('row-held'), local).join(' ')).not.toMatch(/--stack|-url|--permit/);
    expect([local, running, external].map(targetOf)).toEqual(['local', 'running', '127.0.0.1:8080']);
  });
});
