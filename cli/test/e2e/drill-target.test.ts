import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cacheWithoutStacks, type Finished, readRecord, runFolders, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
const here = place();
const env = { XDG_CACHE_HOME: cache.home, TEST_MARK: here.folder };
const short = ['--no-placebo', '--baseline', '14s', '--hold', '3s', '--recover', '14s', '--quiet'];
const statusSchema = z.tuple([z.object({ health: z.string() })]);

let addresses: { base: string; redis: string; mysql: string; kafka: string; metrics: string };

const loadkit = (...args: string[]): Promise<Finished> => here.loadkit(args, env);
const lastRun = () => readRecord(runFolders(here).at(-1) ?? '');

beforeAll(async () => {
  const up = await loadkit('stack', 'up', '--stack', 'local');
  expect(up.exitCode, up.stderr).toBe(0);
  const value = (name: string) => new RegExp(`^(?:export )?${name}='?([^'\\n]+)'?$`, 'm').exec(up.stdout)?.[1] ?? '';
  addresses = {
    base: value('BASE_URL'),
    redis: value('REDIS_URL'),
    mysql: value('MYSQL_URL'),
    kafka: value('KAFKA_BROKERS'),
    metrics: value('API_METRICS_URL'),
  };
  expect(addresses.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

afterAll(async () => {
  await loadkit('stack', 'down', '--all', '--force');
  removeAll();
  cache.remove();
});

/** What a drill may have left in the stores: keys and sessions by its marks, connections by its name. */
async function traces(): Promise<string[]> {
  const redis = new Redis(addresses.redis);
  const mysql = await createConnection(addresses.mysql);
  try {
    const keys = await redis.keys('*loadkit*');
    const lock = await redis.exists('coupon:campaign:1:lock');
    const clients = String(await redis.client('LIST')).split('\n');
    const [transactions] = await mysql.query(
      'SELECT COUNT(*) AS old FROM information_schema.INNODB_TRX WHERE trx_started < NOW() - INTERVAL 2 SECOND',
    );
    return [
      ...keys,
      ...(lock === 0 ? [] : ['the lock']),
      ...clients.filter((line) => line.includes('loadkit')),
      ...z
        .array(z.object({ old: z.coerce.number() }))
        .parse(transactions)
        .flatMap(({ old }) => (old === 0 ? [] : [`${old} old transactions`])),
    ];
  } finally {
    redis.disconnect();
    await mysql.end();
  }
}

describe('a stack that is up', () => {
  it.each([
    [[], /the stack coupon-order that is up at 127\.0\.0\.1:\d+ was not started for this drill/],
    [['--permit', 'another'], /--permit another does not name the stack coupon-order/],
  ])('is refused with %j, with what would be broken and what would permit it', async (flags, why) => {
    const refused = await loadkit('drill', 'row-held', '--stack', 'running', ...short, ...flags);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(why);
    expect(refused.stderr).toContain('row-held: a session that sleeps holds the rows');
    expect(refused.stderr).toContain('--permit coupon-order');
    expect(refused.stderr).not.toContain('    at ');
    expect(await traces()).toEqual([]);
  });

  it('is refused for what it does not have: a proxy, a restart of its stores', async () => {
    const args = ['--stack', 'running', '--permit', 'coupon-order', ...short];
    const refused = await loadkit('drill', 'redis-latency', 'redis-killed', ...args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/redis-latency cannot be injected .*: it needs a proxy before redis/);
    expect(refused.stderr).toMatch(/redis-killed cannot be injected .*: it needs a stack that starts redis again/);
  });

  it('is drilled where it is permitted by name, and stays without a trace of it', async () => {
    const drill = await loadkit('drill', 'row-held', '--stack', 'running', '--permit', 'coupon-order', ...short);
    expect(drill.exitCode, `${drill.stdout}\n${drill.stderr}`).toBe(0);
    const record = lastRun();
    expect(record.stack).toEqual({ provider: 'running' });
    expect(record.drill?.assessment?.doubts).toEqual([]);
    expect(record.drill?.injection?.undone).toMatchObject([{ kind: 'mysql-session', outcome: 'undone' }]);
    expect(record.drill?.assessment?.moments.restoredAt).not.toBeNull();
    await expect.poll(traces, { timeout: 10_000 }).toEqual([]);
    const status = statusSchema.parse(JSON.parse((await loadkit('stack', 'status', '--json')).stdout));
    expect(status[0].health).toBe('healthy');
  });
});

describe('a service by its addresses', () => {
  const target = () => {
    const { base, redis, mysql, kafka, metrics } = addresses;
    const flags = { 'base-url': base, 'redis-url': redis, 'mysql-url': mysql, 'kafka-brokers': kafka };
    const stores = Object.entries(flags).flatMap(([name, address]) => [`--${name}`, address]);
    return [...stores, '--metrics-url', `api=${metrics}`];
  };

  it('is refused without its host and port', async () => {
    const refused = await loadkit('drill', 'redis-stall', ...target(), ...short);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`--permit ${new URL(addresses.base).host}`);
    const killing = await loadkit('drill', 'api-killed', ...target(), '--permit', new URL(addresses.base).host);
    expect([killing.exitCode, killing.stderr]).toEqual([2, expect.stringContaining('a process that loadkit started')]);
  });

  it('is drilled where it is permitted; nothing is reset, and nothing of the fault stays', async () => {
    const permitted = ['--permit', new URL(addresses.base).host];
    const drill = await loadkit('drill', 'redis-stall', ...target(), ...permitted, ...short);
    expect(drill.exitCode, `${drill.stdout}\n${drill.stderr}`).toBe(0);
    const record = lastRun();
    expect(record.stack).toEqual({ provider: 'external' });
    expect(record.phases.map(({ name }) => name)).toEqual(['start', 'load', 'drain', 'verify', 'stop']);
    expect(record.drill?.assessment?.doubts).toEqual([]);
    expect(record.drill?.injection?.undone).toMatchObject([{ kind: 'client-pause' }]);
    expect(JSON.stringify(record)).not.toContain(new URL(addresses.mysql).password);
    await expect.poll(traces, { timeout: 10_000 }).toEqual([]);
  });
});
