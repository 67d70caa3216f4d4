import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/record/run-record.ts';
import { findRedis, settledLeftover } from './leftover.ts';
import { cacheWithoutStacks, type Finished, onlyRun, readLines, runFolders, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
afterAll(() => {
  removeAll();
  cache.remove();
});
const env = { XDG_CACHE_HOME: cache.home };
const short = ['--no-placebo', '--baseline', '14s', '--hold', '4s', '--recover', '25s', '--quiet'];

const streamLag = 'redis_stream_lag{group:coupon-writer,stream:coupon%3Aissued}';

function drilled(fault: string) {
  const here = place();
  let finished: Finished;
  beforeAll(async () => {
    finished = await here.loadkit(['drill', fault, ...short], { ...env, TEST_MARK: here.folder });
  });
  return {
    here,
    run: () => {
      expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
      const { folder, record } = onlyRun(here);
      const { assessment, injection } = record.drill ?? {};
      if (assessment == null || injection == null) throw new Error('no drill');
      return { folder, record, assessment, injection, lines: readLines(folder) };
    },
    leftover: () => settledLeftover({ pid: 0, mark: here.folder }, 3_000),
  };
}

function outcomes({ invariants }: RunRecord): Record<string, string> {
  return Object.fromEntries(invariants.map(({ id, outcome }) => [id, outcome]));
}

describe('a Redis that is killed and comes back', () => {
  const { here, run, leftover } = drilled('redis-killed');

  it('is felt, noticed and recovered from, and nothing that was confirmed is lost', () => {
    const { record, assessment, injection } = run();
    expect(assessment.doubts).toEqual([]);
    expect(injection.facts).toMatchObject({ process: 'redis', downMs: expect.any(Number) });
    const { injectedAt, impactAt, detectedAt, revertedAt, restoredAt } = assessment.moments;
    const order = [injectedAt, detectedAt, restoredAt].map(Number);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(Number(revertedAt) - Number(injectedAt)).toBeGreaterThanOrEqual(4_000);
    expect(impactAt).not.toBeNull();
    expect(['L1', 'L2']).toContain(assessment.level);
    expect(record.judgement?.verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
    expect(outcomes(record)).toMatchObject({ 'lost-issue': 'held', 'duplicate-issue': 'held', 'over-issue': 'held' });
  });

  it('is in the series with its end and its restart, before the fault counts as undone', () => {
    const { lines, assessment } = run();
    const events = lines.flatMap((line) => (line.kind === 'event' && line.subject === 'redis' ? [line] : []));
    expect(events.map(({ name }) => name)).toEqual(['process-exited', 'process-restarted']);
    expect(events[1]?.t).toBeLessThanOrEqual(assessment.moments.revertedAt ?? 0);
  });

  it('is watched through it all by probes that connect again', () => {
    const { lines, assessment } = run();
    const uptimes = lines.flatMap((line) =>
      line.kind === 'sample' && line.probe === 'redis' ? [{ t: line.t, up: line.values?.redis_uptime_seconds }] : [],
    );
    const { revertedAt } = assessment.moments;
    const after = uptimes.filter(({ t, up }) => t > Number(revertedAt) + 2_000 && up !== undefined);
    expect(after.length).toBeGreaterThan(3);
    expect(Math.max(...uptimes.map(({ up = 0 }) => up))).toBeGreaterThan(Math.min(...after.map(({ up = 0 }) => up)));
  });

  it('shows the lag of its stream as it is, though it forgot what was read before', () => {
    const { lines, record, assessment } = run();
    const from = Number(assessment.moments.revertedAt) + 3_000;
    const to = Number(record.load?.endedAt);
    const lags = lines.flatMap((line) =>
      line.kind === 'sample' && line.t > from && line.t < to ? (line.values?.[streamLag] ?? []) : [],
    );
    expect(lags.length).toBeGreaterThan(3);
    // Else it is all that was ever written.
    expect(Math.min(...lags)).toBeLessThan(100);
  });

  it('leaves nothing behind', async () => {
    expect((await leftover()).processes).toEqual([]);
    const cleaned = await here.loadkit(['drill', '--cleanup'], env);
    expect(cleaned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing was left behind') });
  });
});

describe('a Redis without persistence that is killed and comes back', () => {
  const { run, leftover } = drilled('redis-killed-unpersisted');

  it('gives out no coupon any more, and the answers are not taken for a recovery', () => {
    const { record, assessment } = run();
    expect(assessment.doubts).toEqual([]);
    expect(assessment.level).toBe('L1');
    expect(assessment.moments.detectedAt).not.toBeNull();
    expect(assessment.moments.restoredAt).toBeNull();
    expect(assessment.ttrMs).toBeNull();
    expect(record.parts.find(({ name }) => name === 'redis')?.settings).toMatchObject({ appendonly: 'no' });
    // The campaign is gone with the set of its holders, so that nobody gets a second one; the rows are there.
    expect(outcomes(record)).toMatchObject({ 'duplicate-issue': 'held', 'redis-db-agree': 'violated' });
  });

  it('leaves nothing behind', async () => {
    expect((await leftover()).processes).toEqual([]);
  });
});

describe('loadkit that is killed while a store is down', () => {
  it('leaves no process, and the store does not come back', async () => {
    const here = place();
    const running = here.start(['drill', 'redis-killed', ...short, '--hold', '10s'], {
      ...env,
      TEST_MARK: here.folder,
    });
    await said(here.reports, 'fault-injected', running.ended);
    expect(() => findRedis(here.folder)).toThrow('this run has no Redis');
    running.kill('SIGKILL');
    await running.ended;
    const left = await settledLeftover({ pid: running.pid, mark: here.folder }, 20_000);
    expect(left).toEqual({ processes: [], folders: [] });
    const drills = join(cache.home, 'loadkit', 'drills');
    expect(readdirSync(drills).filter((name) => name.endsWith('.json'))).toEqual([]);
  });
});

/** Waits until the series holds an event of that name. */
async function said(reports: string, name: string, over: Promise<Finished>): Promise<void> {
  const early = over.then((finished) => {
    throw new Error(`ended before ${name}: ${JSON.stringify(finished)}`);
  });
  early.catch(() => undefined);
  const seen = () => {
    const [folder] = existsSync(reports) ? runFolders({ reports }) : [];
    if (folder === undefined || !existsSync(join(folder, 'series.ndjson'))) return false;
    return readLines(folder, { cut: true }).some((line) => line.kind === 'event' && line.name === name);
  };
  await Promise.race([early, expect.poll(seen, { timeout: 120_000, interval: 200 }).toBe(true)]);
}
