import { existsSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { z } from 'zod';
import type { FaultTarget } from '../../src/faults/fault-target.ts';
import type { StackProcess } from '../../src/stack/stack.ts';
import { messageOf } from '../../src/system/error.ts';
import { identityOf, isStopped } from '../../src/system/process-identity.ts';

/** What is looked at: the target as a fault sees it, and its processes as they are by now. */
export interface LookedAt {
  readonly target: FaultTarget;
  readonly processes: () => readonly StackProcess[];
}

/**
 * Finds everything through which a fault of the registry can stay, in words; empty: nothing is left. What cannot be looked at
 * counts as left.
 *
 * @param markers names of user-level locks that sessions of ours may hold
 */
export type Look = (markers: readonly string[]) => Promise<string[]>;

const answerMs = 1_000;
/** The service's own transactions are shorter when nobody loads it. */
const longTransactionSeconds = 3;
const settingsSchema = z.array(z.object({ Variable_name: z.string(), Value: z.string() }));
/** They change by themselves. */
const volatileSetting = /gtid|timestamp|last_|rand_seed/;

/** Remembers how the stores are set up now, while nothing is broken. */
export async function lookAt(looked: LookedAt): Promise<Look> {
  const { redisUrl, mysqlUrl, proxies } = looked.target;
  if (redisUrl === null || mysqlUrl === null) throw new Error('this target lacks a store');
  const before = {
    redis: await withRedis(redisUrl, redisSettings),
    mysql: await withMysql(mysqlUrl, mysqlSettings),
  };
  const apis = [...new Set(Object.values(proxies).map(({ api }) => api))];
  return async (markers) => {
    const looks = await Promise.all([
      ...apis.map((api) => said('Toxiproxy', () => toxics(api))),
      said('Redis', () => withRedis(redisUrl, (redis) => leftInRedis(redis, before.redis))),
      said('MySQL', () => withMysql(mysqlUrl, (mysql) => leftInMysql(mysql, before.mysql, markers))),
      said('the service', () => overrides(looked.target)),
      said('the machine', async () => stoppedProcesses(looked)),
    ]);
    return looks.flat();
  };
}

async function said(whose: string, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    return [`${whose} cannot be looked at: ${messageOf(error)}`];
  }
}

const proxiesSchema = z.record(
  z.string(),
  z.object({ enabled: z.boolean(), toxics: z.array(z.object({ name: z.string() })) }),
);

async function toxics(api: string): Promise<string[]> {
  const response = await fetch(`${api}/proxies`, { signal: AbortSignal.timeout(answerMs) });
  return Object.entries(proxiesSchema.parse(await response.json())).flatMap(([name, proxy]) => [
    ...proxy.toxics.map((toxic) => `toxic ${toxic.name} before ${name}`),
    ...(proxy.enabled ? [] : [`the proxy before ${name} is closed`]),
  ]);
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: answerMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** A pause is known by a write that waits: some let readers through. */
async function leftInRedis(redis: Redis, before: Settings): Promise<string[]> {
  await redis.set('loadkit-look', '', 'PX', 1);
  const found: string[] = [];
  for await (const keys of redis.scanStream({ type: 'string', count: 1_000 })) {
    for (const key of z.array(z.string()).parse(keys)) {
      const value = await redis.get(key);
      if (value?.startsWith('loadkit-drill-')) found.push(`key ${key} is held by ${value}`);
    }
  }
  const clients = String(await redis.client('LIST')).match(/\bname=loadkit-drill\b/g) ?? [];
  return [
    ...found,
    ...clients.map(() => 'a client of a drill is connected to Redis'),
    ...changes('Redis', before, await redisSettings(redis)),
  ];
}

async function withMysql<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url, connectTimeout: answerMs });
  connection.on('error', () => undefined);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

async function leftInMysql(mysql: Connection, before: Settings, markers: readonly string[]): Promise<string[]> {
  const [open] = await mysql.query(
    `SELECT trx_mysql_thread_id AS session FROM information_schema.innodb_trx
     WHERE trx_mysql_thread_id <> CONNECTION_ID() AND trx_started < NOW() - INTERVAL ? SECOND`,
    [longTransactionSeconds],
  );
  const sessions = z.array(z.object({ session: z.coerce.number() })).parse(open);
  const held: string[] = [];
  for (const marker of markers) {
    const [rows] = await mysql.query('SELECT IS_USED_LOCK(?) AS session', [marker]);
    const [{ session }] = z.tuple([z.object({ session: z.coerce.number().nullable() })]).parse(rows);
    if (session !== null) held.push(`session ${session} holds ${marker}`);
  }
  return [
    ...sessions.map(({ session }) => `session ${session} has an open transaction`),
    ...held,
    ...(await lockedRows(mysql)),
    ...changes('MySQL', before, await mysqlSettings(mysql)),
  ];
}

async function lockedRows(mysql: Connection): Promise<string[]> {
  await mysql.query('START TRANSACTION');
  try {
    await mysql.query('SELECT id FROM product FOR UPDATE NOWAIT');
    return [];
  } catch (error) {
    return [`rows of product are locked: ${messageOf(error)}`];
  } finally {
    await mysql.query('ROLLBACK');
  }
}

type Settings = ReadonlyMap<string, string>;

async function redisSettings(redis: Redis): Promise<Settings> {
  const answer = z.array(z.string()).parse(await redis.config('GET', '*'));
  return new Map(answer.flatMap((name, at) => (at % 2 === 0 ? [[name, answer[at + 1] ?? ''] as const] : [])));
}

async function mysqlSettings(mysql: Connection): Promise<Settings> {
  const [rows] = await mysql.query('SHOW GLOBAL VARIABLES');
  const settings = settingsSchema.parse(rows).filter(({ Variable_name: name }) => !volatileSetting.test(name));
  return new Map(settings.map(({ Variable_name: name, Value: value }) => [name, value]));
}

function changes(store: string, before: Settings, now: Settings): string[] {
  return [...now].flatMap(([name, value]) => {
    const former = before.get(name);
    return former === value ? [] : [`${store}'s ${name} is ${value} and was ${former}`];
  });
}

async function overrides({ overridesFile, metricsUrls, overridesMetric }: FaultTarget): Promise<string[]> {
  const file = overridesFile !== null && existsSync(overridesFile) ? [readFileSync(overridesFile, 'utf8')] : [];
  const pages = await Promise.all(
    Object.entries(metricsUrls).map(async ([process, url]) => {
      const page = await (await fetch(url, { signal: AbortSignal.timeout(answerMs) })).text();
      const lines = page.split('\n').filter((line) => line.startsWith(`${overridesMetric}{`));
      return lines.map((line) => `${process}: ${line}`);
    }),
  );
  return [...file.map((text) => `settings are overridden: ${text}`), ...pages.flat()];
}

function stoppedProcesses({ processes }: LookedAt): string[] {
  return processes()
    .filter(({ pid }) => isStopped(identityOf(pid)) === true)
    .map(({ name, pid }) => `${name} (pid ${pid}) stands still`);
}
