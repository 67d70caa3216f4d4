import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settledLeftover } from './leftover.ts';
import {
  cacheWithoutStacks,
  type Finished,
  loadUnderWay,
  onlyRun,
  projectRoot,
  readLines,
  readRecord,
  runFolders,
  type Workplace,
  workplaces,
} from './loadkit.ts';

const { place, removeAll } = workplaces();
const { home: cacheHome, remove: removeCache } = cacheWithoutStacks();
const crashing = join(projectRoot, 'cli', 'test', 'fixtures', 'service');

afterAll(() => {
  removeAll();
  removeCache();
});

const statusSchema = z.array(
  z.object({
    name: z.string(),
    health: z.string(),
    keeper: z.int(),
    takenBy: z.int().nullable().optional(),
    missing: z.array(z.string()).default([]),
    processes: z.array(z.object({ name: z.string(), pid: z.int() })).default([]),
  }),
);

function site() {
  const here = place();
  const env = { XDG_CACHE_HOME: cacheHome, TEST_MARK: here.folder };
  const loadkit = (...args: string[]) => here.loadkit(args, env);
  const status = async () => statusSchema.parse(JSON.parse((await loadkit('stack', 'status', '--json')).stdout));
  const only = async () => {
    const [stack] = await status();
    if (stack === undefined) throw new Error('no stack is up');
    return stack;
  };
  return {
    here,
    loadkit,
    start: (...args: string[]) => here.start(args, env),
    status,
    only,
    pidOf: async (name: string) => (await only()).processes.find((process) => process.name === name)?.pid ?? 0,
    /** What is left of a keeper that has ended. */
    leftover: (keeper: number) => settledLeftover({ pid: keeper, mark: here.folder }, 10_000),
  };
}

const nothing = { processes: [], folders: [] };

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let left = 300; left > 0; left -= 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error('it never came');
}

/** As `eval` in a shell would read them. */
async function exported({ stdout }: Finished): Promise<Record<string, string>> {
  const { stdout: text } = await execa('sh', ['-c', 'eval "$LINES_TO_READ"; env'], {
    env: { LINES_TO_READ: stdout, PATH: process.env.PATH ?? '' },
    extendEnv: false,
  });
  return Object.fromEntries(text.split('\n').flatMap((line) => [/^([A-Z_]+)=(.*)$/.exec(line)?.slice(1) ?? []]));
}

describe('a stack that stays', () => {
  const { here, loadkit, start, status, only, pidOf, leftover } = site();
  const smoke = ['--profile', 'smoke', '--duration', '3s'];
  let variables: Record<string, string>;
  let password: string;

  const lastRecord = () => readRecord(runFolders(here).at(-1) ?? '');

  beforeAll(async () => {
    const up = await loadkit('stack', 'up', '--stack', 'local');
    expect(up.exitCode, up.stderr).toBe(0);
    variables = await exported(up);
    password = new URL(variables.MYSQL_URL ?? '').password;
    expect(up.stderr).toMatch(/^redis ready after /m);
    expect(up.stderr).not.toContain(password);
  });
  afterAll(async () => {
    await loadkit('stack', 'down', '--all', '--force');
  });

  it('gives a shell the addresses of all its parts', async () => {
    expect((await fetch(`${variables.BASE_URL}/health/ready`)).status).toBe(200);
    for (const name of ['API_METRICS_URL', 'WORKER_METRICS_URL']) {
      expect((await fetch(variables[name] ?? '')).status, name).toBe(200);
    }
    expect(variables).toMatchObject({
      REDIS_URL: expect.stringMatching(/^redis:/),
      KAFKA_BROKERS: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  it('is listed with its addresses and processes, without its password', async () => {
    const text = await loadkit('stack', 'status');
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/^coupon-order: healthy, up since .*\(local, free\)$/m);
    expect(text.stdout).toContain('mysql://service:***@');
    const json = await loadkit('stack', 'status', '--json');
    expect(`${text.stdout}${json.stdout}`).not.toContain(password);
    expect((await only()).processes.map(({ name }) => name).sort()).toEqual([
      'api',
      'kafka',
      'mysql',
      'redis',
      'worker',
    ]);
  });

  it('is not started twice: the same again is fine, other settings are a usage error', async () => {
    const again = await loadkit('stack', 'up', '--export');
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('coupon-order is up already');
    expect(again.stdout.split('\n').every((line) => line.startsWith('export '))).toBe(true);
    expect((await exported(again)).BASE_URL).toBe(variables.BASE_URL);
    const other = await loadkit('stack', 'up', '--set', 'ISSUE_STRATEGY=naive', '--fixture', 'USERS=5');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/ISSUE_STRATEGY=lua, not naive; it .*USERS=20000, not 5/);
    expect(await status()).toHaveLength(1);
  });

  it('is used by a run, which resets it, and stays', async () => {
    const run = await loadkit('run', 'coupon', ...smoke, '--fixture', 'COUPON_STOCK=50');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stderr).toContain('using the stack that is up since');
    const record = lastRecord();
    expect(record.stack).toEqual({ provider: 'running' });
    expect(record.phases.map(({ name }) => name)).toContain('warmup');
    expect(record.parts.map(({ name }) => name).sort()).toEqual(['api', 'k6', 'kafka', 'mysql', 'redis', 'worker']);
    expect(record.invariants.find(({ id }) => id === 'over-issue')?.evidence).toMatchObject({ stock: 50, issued: 50 });
    const samples = readLines(runFolders(here).at(-1) ?? '').filter((line) => line.kind === 'sample');
    expect(samples.some(({ values }) => (values?.['process_cpu_cores{process:api}'] ?? 0) > 0)).toBe(true);
    expect((await only()).health).toBe('healthy');
  });

  it('is reset when it is idle, also without a warm-up', async () => {
    const run = await loadkit('run', 'order', ...smoke, '--no-warmup', '--stack', 'running');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(lastRecord().phases.map(({ name }) => name)).toEqual(['start', 'reset', 'load', 'drain', 'verify', 'stop']);
  });

  it('serves one run at a time: a second one starts its own', async () => {
    const other = place();
    const first = start('run', 'coupon', '--profile', 'smoke', '--duration', '10s');
    const holder = await until(async () => (await only()).takenBy ?? undefined);
    expect(holder).toBe(first.pid);
    const refused = await loadkit('run', 'coupon', ...smoke, '--stack', 'running');
    expect(refused.exitCode).toBe(93);
    expect(refused.stderr).toContain(`in use by process ${holder}`);
    const down = await loadkit('stack', 'down');
    expect([down.exitCode, down.stderr]).toEqual([2, expect.stringContaining(`in use by process ${holder}`)]);
    const second = await other.loadkit(['run', 'coupon', ...smoke], { XDG_CACHE_HOME: cacheHome });
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stderr).toContain(`is in use by process ${holder}: this run starts its own`);
    expect(['local', 'docker']).toContain(onlyRun(other).record.stack?.provider);
    expect((await first.ended).exitCode).toBe(0);
    expect(lastRecord().stack?.provider).toBe('running');
    expect((await only()).takenBy).toBeNull();
  });

  it('refuses a run that wants other settings', async () => {
    const run = await loadkit('run', 'coupon', ...smoke, '--stack', 'running', '--set', 'ISSUE_STRATEGY=naive');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('has ISSUE_STRATEGY=lua, not naive');
  });

  it('is, for a run that is told its addresses, somebody else’s: nothing is reset', async () => {
    const mysql = await createConnection(variables.MYSQL_URL ?? '');
    const orders = async () => {
      const [rows] = await mysql.query('SELECT id FROM orders ORDER BY created_at, id');
      return z.array(z.object({ id: z.string() }).transform(({ id }) => id)).parse(rows);
    };
    await loadkit('run', 'order', ...smoke);
    const before = await orders();
    const addresses = [
      ['--base-url', variables.BASE_URL],
      ['--redis-url', variables.REDIS_URL],
      ['--mysql-url', variables.MYSQL_URL],
      ['--kafka-brokers', variables.KAFKA_BROKERS],
      ['--metrics-url', `api=${variables.API_METRICS_URL}`],
    ].flatMap((pair) => pair.map(String));
    const run = await loadkit('run', 'coupon', 'order', ...smoke, ...addresses);
    const after = await orders();
    mysql.destroy();
    expect(run.exitCode, run.stderr).toBe(0);
    expect(before.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThan(before.length);
    expect(before.filter((id) => !after.includes(id))).toEqual([]);

    const [coupon, order] = runFolders(here).slice(-2).map(readRecord);
    for (const record of [coupon, order]) {
      expect(record?.stack).toEqual({ provider: 'external' });
      expect(record?.fixture).toEqual({});
      expect(record?.phases.map(({ name }) => name)).toEqual(['start', 'load', 'drain', 'verify', 'stop']);
      expect(record?.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
      expect(JSON.stringify(record)).not.toContain(password);
    }
    const lost = order?.invariants.find(({ id }) => id === 'order-lost');
    expect(lost?.evidence).toMatchObject({ before: before.length, orders: after.length, lost: 0, surplus: 0 });
    expect(`${run.stdout}${run.stderr}`).not.toContain(password);
  });

  it('says what could not be looked at when only the service’s address is given', async () => {
    const run = await loadkit('run', 'coupon', ...smoke, '--base-url', variables.BASE_URL ?? '');
    expect(run.exitCode).toBe(95);
    const { drain, invariants } = lastRecord();
    expect(drain).toBeNull();
    expect(new Set(invariants.map(({ reason }) => reason))).toEqual(new Set(['no-redis-address', 'no-mysql-address']));
  });

  it('starts a process of the service again, and tells the run that uses it', async () => {
    const alone: Workplace = place();
    const running = alone.start(['run', 'coupon', '--profile', 'smoke', '--duration', '6s', '--no-warmup'], {
      XDG_CACHE_HOME: cacheHome,
    });
    await loadUnderWay(alone, running);
    const before = await pidOf('api');
    process.kill(before, 'SIGKILL');
    await running.ended;
    const { folder, record } = onlyRun(alone);
    expect(record.stack?.provider).toBe('running');
    const events = readLines(folder).filter((line) => line.kind === 'event' && line.subject === 'api');
    expect(events).toMatchObject([{ name: 'process-exited' }, { name: 'process-restarted' }]);
    const pids = new Set([before, await pidOf('api')]);
    expect(pids.size).toBe(2);
    expect((await only()).health).toBe('healthy');
  });

  it('shows a store that died, serves no run any more, and ends whole', async () => {
    process.kill(await pidOf('redis'), 'SIGKILL');
    await until(async () => ((await only()).health === 'broken' ? true : undefined));
    const listed = await loadkit('stack', 'status');
    expect([listed.exitCode, listed.stdout]).toEqual([93, expect.stringContaining('not running: redis')]);
    const run = await loadkit('run', 'coupon', ...smoke, '--stack', 'running');
    expect([run.exitCode, run.stderr]).toEqual([93, expect.stringContaining('has lost redis')]);
    expect((await loadkit('stack', 'up')).exitCode).toBe(93);
    const { keeper } = await only();
    const down = await loadkit('stack', 'down');
    expect([down.exitCode, down.stdout]).toEqual([0, 'coupon-order: ended']);
    expect(await leftover(keeper)).toEqual(nothing);
    expect(await status()).toEqual([]);
  });
});

describe('where no stack is up', () => {
  const { loadkit } = site();

  it('there is nothing to end, nothing to list and nothing for a run to use', async () => {
    const down = await loadkit('stack', 'down');
    expect([down.exitCode, down.stdout]).toEqual([0, 'no stack is up']);
    const listed = await loadkit('stack', 'status');
    expect([listed.exitCode, listed.stdout]).toEqual([93, expect.stringContaining('no stack is up')]);
    const run = await loadkit('run', 'coupon', '--stack', 'running');
    expect([run.exitCode, run.stderr]).toEqual([93, expect.stringContaining('loadkit stack up starts one')]);
  });
});

describe('the end of a stack', () => {
  const { loadkit, start, status, only, leftover } = site();
  const up = ['stack', 'up', '--stack', 'local'];
  afterEach(async () => {
    await loadkit('stack', 'down', '--all', '--force');
  });

  it('leaves nothing, also when the keeper is killed', async () => {
    expect((await loadkit(...up)).exitCode).toBe(0);
    const { keeper } = await only();
    process.kill(keeper, 'SIGKILL');
    expect(await leftover(keeper)).toEqual(nothing);
    expect(await status()).toEqual([]);
    const stacks = join(cacheHome, 'loadkit', 'stacks');
    const files = readdirSync(stacks).filter((name) => name.endsWith('.json'));
    expect(files.map((name) => readFileSync(join(stacks, name), 'utf8')).join()).not.toContain('mysql://');
  });

  it('comes with Ctrl-C where it stays in the terminal', async () => {
    const running = start(...up, '--foreground');
    await until(async () => ((await status())[0]?.health === 'healthy' ? true : undefined));
    const { keeper } = await only();
    expect(keeper).toBe(running.pid);
    running.kill('SIGINT');
    const finished = await running.ended;
    expect([finished.exitCode, finished.stdout]).toEqual([0, expect.stringMatching(/^export BASE_URL='http/m)]);
    expect(await leftover(keeper)).toEqual(nothing);
    expect(await status()).toEqual([]);
  });

  it('comes with Ctrl-C while it is being started', async () => {
    const running = start(...up);
    const { keeper } = await until(async () => (await status())[0]);
    running.kill('SIGINT');
    expect((await running.ended).exitCode).toBe(130);
    expect(await leftover(keeper)).toEqual(nothing);
    expect(await status()).toEqual([]);
  });

  it('comes at once when the service does not start, with its last words', async () => {
    const failed = await loadkit(...up, '--service', crashing, '--set', 'MODE=crash');
    expect(failed.exitCode).toBe(93);
    expect(failed.stderr).toMatch(/ended with exit code 3; its last lines:.*the whole log: .*\.log/s);
    expect(failed.stdout).toBe('');
    expect(await status()).toEqual([]);
    expect(await leftover(0)).toEqual(nothing);
  });
});
