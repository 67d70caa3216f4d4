import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { findProcess, findRedis, settledLeftover } from './leftover.ts';
import { loadUnderWay, onlyRun, readLines, type Workplace, workplaces } from './loadkit.ts';
import { breakRun } from './moment-run.ts';

const { place, removeAll } = workplaces();
afterAll(removeAll);

// Inherited by every child of the command.
const marked = (here: Workplace) => ({ TEST_MARK: here.folder });

describe('usage errors end with 2 and start nothing', () => {
  it.each([
    ['an unknown scenario', ['run', 'cuopon'], 'did you mean "coupon"?'],
    ['a script that is not there', ['run', './nothing.ts'], 'no k6 script at ./nothing.ts'],
    ['an unknown option', ['run', 'coupon', '--profil', 'smoke'], '--profile'],
    ['a wrong number', ['run', 'coupon', '--vus', 'many'], 'expected a whole number'],
    ['a wrong duration', ['run', 'coupon', '--duration', '5'], 'expected a duration'],
    ['an unknown profile', ['run', 'coupon', '--profile', 'nope'], '--profile: expected one of'],
    ['a rate for fixed users', ['run', 'coupon', '--rate', '5'], 'use --profile open'],
    [
      'a wrong parameter of the script',
      ['run', 'coupon', '-e', 'DOUBLE_CLICK=2'],
      '-e DOUBLE_CLICK: expected a number',
    ],
    ['an unknown setting', ['run', 'coupon', '--set', 'ISUE_STRATEGY=lua'], 'did you mean ISSUE_STRATEGY?'],
    ['a wrong value of a setting', ['run', 'coupon', '--set', 'ISSUE_STRATEGY=magic'], 'found "magic"'],
    ['an unknown fixture parameter', ['run', 'coupon', '--fixture', 'COUPON_STOK=5'], 'did you mean COUPON_STOCK?'],
    ['a name that loadkit sets itself', ['run', 'coupon', '-e', 'SEED=5'], 'use --seed'],
    ['an unknown run', ['report', 'yesterday'], 'no run "yesterday"'],
  ])('%s', async (_, args, message) => {
    const finished = await place().loadkit(args);
    expect(finished.stderr).toContain(message);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect(finished.exitCode).toBe(2);
  });

  it('a reports folder that cannot be written is found before anything starts', async () => {
    const here = place();
    writeFileSync(join(here.folder, 'reports'), 'a file in the way');
    const finished = await here.loadkit(['run', 'coupon']);
    expect(finished.stderr).toContain('cannot write into');
    expect(finished.exitCode).toBe(2);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['broken JSON', '{ "schema": ', 'is not JSON'],
    ['a newer version', JSON.stringify({ schema: 'loadkit.run', version: 99 }), 'made by a newer loadkit'],
    ['a missing field', JSON.stringify({ schema: 'loadkit.run', version: 1, id: 'x' }), 'is damaged'],
  ])('%s is said without a stack', async (_, text, message) => {
    const here = place();
    mkdirSync(join(here.reports, 'one'), { recursive: true });
    writeFileSync(join(here.reports, 'one', 'run.json'), text);
    const finished = await here.loadkit(['report', 'one']);
    expect(finished.stderr).toContain(message);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect(finished.exitCode).toBe(2);
    const listed = await here.loadkit(['runs']);
    expect(listed.stdout).toContain('unreadable');
    expect(listed.exitCode).toBe(0);
  });
});

describe("scripts that fail keep k6's exit code", () => {
  it("a syntax error: k6's message with file and line, 107", async () => {
    const here = place();
    writeFileSync(join(here.folder, 'broken.ts'), 'export default function broken( {\n');
    const finished = await here.loadkit(['run', './broken.ts']);
    expect(finished.stderr).toMatch(/broken\.ts/);
    expect(finished.stderr).toMatch(/[12]:\d+|line [12]/i);
    expect(finished.exitCode).toBe(107);
  });

  it('an exception in setup: 107, with a record', async () => {
    const here = place();
    const finished = await here.loadkit(['run', join(import.meta.dirname, 'scripts/throws.ts'), '--no-warmup']);
    expect(finished.exitCode).toBe(107);
    expect(onlyRun(here).record.judgement?.verdict.name).toBe('SCRIPT_FAILURE');
    expect(onlyRun(here).record.load?.consoleTail.join('\n')).toContain('no fixture today');
  });
});

describe('tools', () => {
  it('missing ones with --no-install: what is missing and the line to type, 93', async () => {
    const here = place();
    const finished = await here.loadkit(['run', 'coupon', '--no-install'], {
      PATH: '/nonexistent',
      XDG_CACHE_HOME: join(here.folder, 'empty-cache'),
    });
    expect(finished.stderr).toContain('k6');
    expect(finished.stderr).toContain('loadkit setup');
    expect(finished.exitCode).toBe(93);
  });
});

describe('interruption', () => {
  it('Ctrl-C in the load: 130, a readable partial record, nothing left', async () => {
    const here = place();
    const running = here.start(['run', 'coupon', '--duration', '60s'], marked(here));
    await loadUnderWay(here, running);
    running.kill('SIGINT');
    const { exitCode } = await running.ended;
    expect(exitCode).toBe(130);
    const { record, folder } = onlyRun(here);
    expect(record.status).toBe('interrupted');
    expect(readLines(folder).some(({ kind }) => kind === 'load')).toBe(true);
    expect(await settledLeftover({ pid: running.pid, mark: here.folder }, 3_000)).toEqual({
      processes: [],
      folders: [],
    });
  });

  it.each([200, 1_500, 4_000, 8_000, 13_000])('SIGKILL after %i ms: 3 s later nothing is left', async (afterMs) => {
    const here = place();
    const running = here.start(['run', 'coupon', '--duration', '60s'], marked(here));
    await sleep(afterMs);
    running.kill('SIGKILL');
    await running.ended;
    expect(await settledLeftover({ pid: running.pid, mark: here.folder }, 3_000)).toEqual({
      processes: [],
      folders: [],
    });
  });
});

describe('a store that dies before the load', () => {
  it('MySQL in the warm-up: no load on what is gone, and the verdict says who died', async () => {
    const here = place();
    const { finished } = await breakRun(here, ['run', 'coupon', '--stack', 'local', '--duration', '10s'], {
      victim: 'mysql',
      phase: 'warmup',
      afterMs: 0,
    });
    const { record } = onlyRun(here);
    expect(record.load).toBeNull();
    expect(record.judgement?.verdict.reasons).toContainEqual({
      id: 'not-started',
      values: { code: 'store-died', message: expect.stringMatching(/^mysql ended before the load: signal SIGKILL/) },
    });
    expect(finished?.exitCode).toBe(93);
  });
});

describe('a part that dies in the load', () => {
  it('k6: what it did since its last export is not held against the service', async () => {
    const here = place();
    const open = ['--profile', 'open', '--rate', '100', '--duration', '20s'];
    const { finished } = await breakRun(here, ['run', 'order', '--stack', 'local', '--no-warmup', ...open], {
      victim: 'k6',
      phase: 'load',
      afterMs: 5_500,
    });
    const { record } = onlyRun(here);
    const lost = record.invariants.find(({ id }) => id === 'order-lost');
    const isSurplus = (lost?.evidence.orders ?? 0) > (lost?.evidence.acknowledged ?? 0);
    expect(lost).toMatchObject(
      isSurplus ? { outcome: 'undetermined', reason: 'in-flight-unknown' } : { outcome: 'held', violations: 0 },
    );
    expect(record.invariants.filter(({ outcome }) => outcome === 'violated')).toEqual([]);
    expect(finished?.exitCode).toBe(95);
  });

  it('Redis: the run goes on, the gap is recorded, the verdict says so', async () => {
    const here = place();
    const running = here.start(['run', 'coupon', '--duration', '10s', '--vus', '20'], marked(here));
    await loadUnderWay(here, running);
    process.kill(findRedis(here.folder), 'SIGKILL');
    const { exitCode } = await running.ended;
    const { record, folder } = onlyRun(here);
    expect(record.status).toBe('complete');
    expect(
      readLines(folder).some((line) => line.kind === 'sample' && line.probe === 'redis' && line.outcome === 'failed'),
    ).toBe(true);
    expect(record.judgement?.verdict.reasons).toContainEqual(
      expect.objectContaining({ id: 'part-died', values: expect.objectContaining({ process: 'redis' }) }),
    );
    expect(exitCode).toBe(95);
  });

  it('the worker: it is started again and nothing is lost or doubled', async () => {
    const here = place();
    const running = here.start(
      ['run', 'order', '--profile', 'open', '--rate', '100', '--duration', '10s'],
      marked(here),
    );
    await loadUnderWay(here, running);
    process.kill(findProcess(here.folder, 'ROLE=worker'), 'SIGKILL');
    await running.ended;
    const { record, folder } = onlyRun(here);
    const events = readLines(folder).filter((line) => line.kind === 'event');
    expect(events.map(({ name }) => name)).toContain('process-restarted');
    expect(record.drain?.drained).toBe(true);
    expect(record.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
  });
});
