import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startOtlpProxy, type Treatment } from '../fixtures/generator/otlp-proxy.ts';
import { type SlowTarget, startSlowTarget } from '../fixtures/generator/slow-target.ts';
import { wrappedK6 } from '../fixtures/generator/wrapped-k6.ts';
import { k6ForTests } from '../integration/load/k6-tool.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from '../integration/probe-stores.ts';
import { findProcess, findRedis, settledLeftover } from './leftover.ts';
import { loadUnderWay, onlyRun, type Workplace, workplaces } from './loadkit.ts';
import { isWhole, itInWhole } from './whole-form.ts';

const stores = await findStores();
const script = join(import.meta.dirname, 'scripts', 'offered.ts');
const k6 = k6ForTests().executable.file;
const { place, removeAll } = workplaces();

interface Offered {
  readonly RATE?: string;
  readonly LASTS?: string;
  readonly MAX_VUS?: string;
  readonly ASKED?: string;
  readonly DROPPED?: string;
  readonly EAT?: string;
  readonly GATE?: string;
  readonly EVERY_URL_ITS_OWN?: string;
}

interface Given {
  readonly offered?: Offered;
  /** What a shell does before it becomes k6. */
  readonly shell?: readonly string[];
  readonly flags?: readonly string[];
  /** When the first second of the load was recorded. */
  readonly underLoad?: (here: Workplace, loadkit: number) => Promise<void>;
}

let target: SlowTarget;
beforeAll(async () => {
  target = await startSlowTarget();
});
afterAll(async () => {
  await target.close();
  removeAll();
});

async function run({ offered = {}, shell = [], flags = [], underLoad }: Given, here = place()) {
  const parameters = Object.entries(offered).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const always = ['--quiet', '--no-warmup', '--drain-timeout', '3s', '--base-url', target.baseUrl];
  const running = here.start(['run', script, ...always, ...flags, ...parameters], {
    LOADKIT_K6: wrappedK6(here.folder, k6, shell),
    TEST_MARK: here.folder,
  });
  if (underLoad !== undefined) {
    await loadUnderWay(here, running);
    await underLoad(here, running.pid);
  }
  const { exitCode, stdout, stderr } = await running.ended;
  const { record } = onlyRun(here);
  const verdict = record.judgement?.verdict;
  const again = await here.loadkit(['report', '--lang', 'en', '--format', 'md', '--output', 'again']);
  return {
    exitCode,
    terminal: `${stdout}${stderr}`,
    verdict: verdict?.name,
    reasons: verdict?.reasons ?? [],
    record,
    report: again.exitCode === 0 ? readFileSync(join(here.folder, 'again', 'report.md'), 'utf8') : again.stderr,
  };
}

type Told = Awaited<ReturnType<typeof run>>;

/** No pass, the reason named in terminal and report, the record whole. */
function expectTold(told: Told, verdict: 'INVALID' | 'INCONCLUSIVE', reason: string, words: string | RegExp): void {
  const { exitCode, terminal, reasons, record, report } = told;
  expect(reasons.map(({ id }) => id)).toContain(reason);
  expect([told.verdict, exitCode], JSON.stringify(reasons)).toEqual([verdict, 95]);
  expect(terminal).toMatch(words);
  expect(terminal).not.toContain('internal error');
  expect(report).toMatch(words);
  expect(record.status).toBe('complete');
}

describe('a generator that lacks something', () => {
  it('CPU: INVALID, and the CPU is named', async () => {
    const offered = { RATE: '20000', MAX_VUS: '100', LASTS: '8s' };
    const told = await run({ offered, shell: ['export GOMAXPROCS=1'] });
    expectTold(told, 'INVALID', 'generator-limit', /k6 (used nearly all the CPU|had work all the time)/);
  });

  itInWhole('a processor that others use: INVALID, and the CPU is named', async () => {
    const offered = { RATE: '20000', MAX_VUS: '100', LASTS: '10s' };
    const hog = "timeout --foreground 40 taskset -c 0 sh -c 'while :; do :; done' & taskset -cp 0 $$ > /dev/null";
    const told = await run({ offered, shell: [hog] });
    expectTold(told, 'INVALID', 'generator-limit', /k6 (used nearly all the CPU|had work all the time)/);
  });

  it('file handles: INVALID, and they are named', async () => {
    const offered = { ASKED: '/wait/1000', RATE: '100', MAX_VUS: '100', LASTS: '4s' };
    const told = await run({ offered, shell: ['ulimit -n 30'] });
    expectTold(told, 'INVALID', 'generator-limit', /ran out of ports or file handles/);
  });

  it('memory: INVALID, with the last words of k6', async () => {
    const told = await run({ offered: { EAT: '8', LASTS: '20s' }, shell: ['ulimit -v 2000000'] });
    expectTold(told, 'INVALID', 'k6-crashed', /fatal error: .*(out of memory|cannot allocate memory)/);
    expect(told.reasons).toContainEqual({ id: 'generator-limit', values: { rule: 'memory' } });
  });

  it('users, because the server is slow: FAIL, for that is no fault of the generator', async () => {
    const offered = { ASKED: '/wait/500', MAX_VUS: '5', DROPPED: 'count<1' };
    const told = await run({ offered });
    expect([told.verdict, told.exitCode]).toEqual(['FAIL', 99]);
    expect(told.reasons.map(({ id }) => id)).toEqual(['threshold-broken']);
    expect(told.report).toContain('dropped_iterations');
  });
});

describe('a generator that ends or stands still', () => {
  it('by SIGKILL in the load: INVALID, and the signal is named', async () => {
    const told = await run({
      offered: { LASTS: '30s' },
      underLoad: async ({ folder }) => {
        process.kill(findProcess(folder, 'K6_OTEL_EXPORT_INTERVAL=1s'), 'SIGKILL');
      },
    });
    expectTold(told, 'INVALID', 'k6-signal', 'SIGKILL');
    expect(told.record.load?.reconciliation.seriesRequests).toBeGreaterThan(0);
  });

  it('for 5 s, stopped in the load: INVALID, though nothing is lost', async () => {
    const told = await run({
      offered: { LASTS: '12s' },
      underLoad: async ({ folder }) => {
        const pid = findProcess(folder, 'K6_OTEL_EXPORT_INTERVAL=1s');
        process.kill(pid, 'SIGSTOP');
        await sleep(5_000);
        process.kill(pid, 'SIGCONT');
      },
    });
    expectTold(told, 'INVALID', 'generator-limit', /k6 (stood still for seconds|was stopped for seconds)/);
  });
});

describe('a series that is not whole', () => {
  const ownLimit: [string, readonly string[], string] = ['as many as it keeps apart under loadkit', [], '3000'];
  const proxied = async (treat: (n: number) => Treatment, offered: Offered) => {
    const here = place();
    const proxy = await startOtlpProxy(here.folder, treat);
    onTestFinished(() => proxy.close());
    return run({ shell: proxy.lines, offered }, here);
  };

  it.each<[string, readonly string[], string]>([
    ['few that k6 keeps apart', ['export OTEL_GO_X_CARDINALITY_LIMIT=100'], '300'],
    ...(isWhole ? [ownLimit] : []),
  ])('because every request has a URL of its own, at %s: no pass, and the cure is told', async (_, shell, rate) => {
    const offered = { EVERY_URL_ITS_OWN: '1', RATE: rate, MAX_VUS: '100', LASTS: '5s' };
    const told = await run({ offered, shell });
    expect(told.reasons.map(({ id }) => id)).toContain('series-untagged');
    expect(['INVALID', 'INCONCLUSIVE']).toContain(told.verdict);
    expect(told.exitCode).toBe(95);
    expect(told.terminal).toMatch(/k6 reported [\d,]+ requests without name and status/);
    expect(told.report).toContain("tags: { name: '…' }");
  });

  it('because an export is lost: INCONCLUSIVE, with the number of requests that are missing', async () => {
    const told = await proxied((n) => (n === 3 ? { deliveries: 0 } : {}), {});
    expectTold(told, 'INCONCLUSIVE', 'series-differs', /differ by \d+ requests/);
  });

  it('for 5 s, with nothing lost: a pass that names the stall', async () => {
    const told = await proxied((n) => (n === 3 ? { waitMs: 5_000 } : {}), { LASTS: '12s' });
    const lost = told.record.load?.reconciliation.difference;
    // k6 may give an export up on an overfull machine; then it must be no pass.
    if (lost === 0) {
      expect([told.verdict, told.exitCode], JSON.stringify(told.reasons)).toEqual(['PASS', 0]);
      expect(told.reasons.map(({ id }) => id)).toEqual(['series-stalled']);
      expect(told.report).toMatch(/did not come for \d+ s/);
    } else expectTold(told, 'INCONCLUSIVE', 'series-differs', /differ by \d+ requests/);
  });

  itInWhole('for longer than k6 waits: no pass, or nothing is lost', async () => {
    const told = await proxied((n) => (n === 3 ? { waitMs: 25_000 } : {}), { LASTS: '20s' });
    const lost = told.record.load?.reconciliation.difference;
    expect(told.exitCode).toBe(lost === 0 ? 0 : 95);
    expect(told.reasons.map(({ id }) => id)).toContain(lost === 0 ? 'series-stalled' : 'series-differs');
  });

  itInWhole('because loadkit itself stood still: INCONCLUSIVE', async () => {
    const told = await run({
      offered: { LASTS: '12s' },
      underLoad: async (_, loadkit) => {
        process.kill(loadkit, 'SIGSTOP');
        await sleep(5_000);
        process.kill(loadkit, 'SIGCONT');
      },
    });
    expectTold(told, 'INCONCLUSIVE', 'probe-gap', /no reading of process/);
  });
});

describe('a probe that hangs', () => {
  it('on a page of metrics that no longer answers: INCONCLUSIVE, and the probe is named', async () => {
    const own = await startSlowTarget();
    onTestFinished(() => own.close());
    const told = await run({
      flags: ['--metrics-url', `shop=${own.metricsUrl}`],
      offered: { LASTS: '8s' },
      underLoad: async () => own.hangMetrics(),
    });
    expectTold(told, 'INCONCLUSIVE', 'probe-gap', /no reading of prometheus:shop/);
  });
});

describe.skipIf(skipWithout('Redis', stores.redis !== null))('a store that is not what it was', () => {
  let room: StoreRoom;
  beforeAll(async () => {
    room = await openStoreRoom(stores);
  });
  afterAll(() => room?.end());

  it('because Redis stands still: INCONCLUSIVE, and it is named', async () => {
    const { process: redis, url } = await room.redis();
    const told = await run({
      flags: ['--redis-url', url],
      offered: { LASTS: '9s' },
      underLoad: async () => {
        process.kill(redis.pid, 'SIGSTOP');
        await sleep(5_000);
        process.kill(redis.pid, 'SIGCONT');
      },
    });
    expectTold(told, 'INCONCLUSIVE', 'probe-gap', /no reading of redis/);
  });

  it('because Redis was killed and is back: INCONCLUSIVE, and no gate over its counters is held', async () => {
    const { process: redis, url, port } = await room.redis();
    const told = await run({
      flags: ['--redis-url', url],
      offered: { GATE: 'redis_commands count<1000000000', LASTS: '9s' },
      underLoad: async () => {
        await redis.kill('SIGKILL');
        await redis.exited;
        await room.redisAgain(port);
      },
    });
    expectTold(told, 'INCONCLUSIVE', 'store-restarted', /redis was started again/);
    expect(told.record.judgement?.thresholds.at(-1)).toMatchObject({ outcome: 'no-data', reason: 'counter-reset' });
  });

  itInWhole('because MariaDB was killed and is back: INCONCLUSIVE', async () => {
    const { process: mysql, url, port } = await room.mysql('shop');
    const program = programOf(mysql.pid);
    const told = await run({
      flags: ['--mysql-url', url],
      offered: { GATE: 'mysql_deadlocks count==0', LASTS: '20s' },
      underLoad: async () => {
        await mysql.kill('SIGKILL');
        await mysql.exited;
        await room.server({ name: 'mysql-again', port, ...program });
      },
    });
    expectTold(told, 'INCONCLUSIVE', 'store-restarted', /mysql was started again/);
    expect(told.record.judgement?.thresholds.at(-1)).toMatchObject({ outcome: 'no-data' });
  });

  itInWhole('because the Redis of loadkit itself stands still for good: an end in time, and no pass', async () => {
    const here = place();
    const flags = ['--no-warmup', '--duration', '8s', '--vus', '10', '--drain-timeout', '5s'];
    const running = here.start(['run', 'coupon', ...flags], { TEST_MARK: here.folder });
    await loadUnderWay(here, running);
    process.kill(findRedis(here.folder), 'SIGSTOP');
    const { exitCode } = await running.ended;
    const reasons = onlyRun(here).record.judgement?.verdict.reasons ?? [];
    expect(exitCode, JSON.stringify(reasons)).toBe(95);
    expect(reasons).toContainEqual({ id: 'probe-gap', values: { probe: 'redis', seconds: expect.any(Number) } });
    expect(await settledLeftover({ pid: running.pid, mark: here.folder }, 5_000)).toEqual({
      processes: [],
      folders: [],
    });
  });
});

/** What a process was started with, so that it can be started again on its own data. */
function programOf(pid: number) {
  const listOf = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  const [file = '', ...args] = listOf('cmdline');
  const env = Object.fromEntries(listOf('environ').map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  // What it did once at its first start is done, and the file is gone.
  return { executable: { file, env }, args: () => args.filter((arg) => !arg.startsWith('--init-file=')) };
}
