import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Drill } from '../../src/record/drill.ts';
import { settledLeftover } from './leftover.ts';
import {
  cacheWithoutStacks,
  type Finished,
  faultStanding,
  onlyRun,
  readLines,
  runFolders,
  workplaces,
} from './loadkit.ts';

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
afterAll(() => {
  removeAll();
  cache.remove();
});
const env = { XDG_CACHE_HOME: cache.home };
const short = ['--no-placebo', '--baseline', '14s', '--hold', '8s', '--recover', '18s', '--quiet'];

function journals(): string[] {
  const folder = join(cache.home, 'loadkit', 'drills');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** The drill of a record, with what a drill that came to its end has. */
function ended(drill: Drill | null) {
  const { injection, detection, assessment } = drill ?? {};
  if (drill === null || injection == null || detection == null || assessment == null) throw new Error('no drill');
  return { ...drill, injection, detection, assessment };
}

describe('a lock that nobody gives back', () => {
  const here = place();
  let finished: Finished;
  beforeAll(async () => {
    finished = await here.loadkit(['drill', 'lock-orphan', ...short, '--estimate', 'MTTD=수초,MTTR=수 분'], {
      ...env,
      TEST_MARK: here.folder,
    });
  });

  it('is injected, felt by the load, noticed by a detector that knew of nothing, and undone', () => {
    expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const { record } = onlyRun(here);
    const { injection, detection, assessment, phases } = ended(record.drill);
    expect(phases.map(({ name }) => name)).toEqual(['baseline', 'inject', 'hold', 'recover']);
    expect(phases.every(({ startedAt, endedAt }) => endedAt !== null && endedAt >= startedAt)).toBe(true);
    expect(injection.revertedBy).toBe('order');
    expect(injection.undone.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['redis-key undone']);
    expect(detection.readyAt).toBeLessThan(injection.startedAt);
    expect(assessment.doubts).toEqual([]);
    const { injectedAt, impactAt, detectedAt, notifiedAt, revertedAt, restoredAt } = assessment.moments;
    const order = [injectedAt, detectedAt, notifiedAt, revertedAt, restoredAt].map(Number);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(impactAt).not.toBeNull();
    expect(assessment.ttdMs).not.toBeNull();
    expect(assessment.ttrMs).toBeGreaterThan(0);
    // All coupons wait for the lock: nothing is answered as long as it is held.
    expect(assessment.damage?.worstGoodShare).toBeLessThan(0.5);
    expect(['L1', 'L2']).toContain(assessment.level);
  });

  it('is in the series with its moments', () => {
    const { folder } = onlyRun(here);
    const events = readLines(folder).flatMap((line) => (line.kind === 'event' ? [line.name] : []));
    for (const name of ['drill-phase', 'fault-injected', 'alarm', 'fault-reverted']) expect(events).toContain(name);
  });

  it('is told on the terminal, without a verdict of the thresholds that the fault broke', () => {
    expect(finished.stdout).toMatch(/lock-orphan +L[12] +\d+\.\d s/);
    expect(onlyRun(here).record.judgement?.verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
  });

  it('leaves nothing behind', async () => {
    const left = await settledLeftover({ pid: 0, mark: here.folder }, 3_000);
    expect(left.processes).toEqual([]);
    expect(journals()).toEqual([]);
    const cleaned = await here.loadkit(['drill', '--cleanup'], env);
    expect(cleaned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing was left behind') });
  });
});

describe('loadkit that is killed while a fault stands', () => {
  it('leaves no process and no fault, and the record says that it was cut', async () => {
    const here = place();
    const running = here.start(['drill', 'lock-orphan', ...short], { ...env, TEST_MARK: here.folder });
    await faultStanding(here, running);
    expect(journals()).toHaveLength(1);
    const second = await here.loadkit(['drill', 'lock-orphan', ...short], env);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain('another drill is running');
    running.kill('SIGKILL');
    await running.ended;
    const left = await settledLeftover({ pid: running.pid, mark: here.folder }, 20_000);
    expect(left).toEqual({ processes: [], folders: [] });
    expect(journals()).toEqual([]);
    const { record } = onlyRun(here);
    expect(record.status).toBe('running');
    expect(record.drill?.injection?.injectedAt).not.toBeNull();
  });
});

describe('what cannot be drilled', () => {
  it('is refused with the nearest name before anything is started', async () => {
    const here = place();
    const finished = await here.loadkit(['drill', 'lock-orfan'], env);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain('did you mean "lock-orphan"?');
    expect(runFoldersOf(here.reports)).toEqual([]);
  });

  it.each([
    [['drill'], /no fault was named/],
    [['drill', 'all', '--resume'], /no batch of drills was begun/],
    [['drill', 'lock-orphan', '--mitigate', ' '], /--mitigate: expected a shell command, found nothing/],
    [['drill', 'none', '--estimate', 'TTD=1'], /expected LEVEL=…, MTTD=… or MTTR=…, found "TTD=1"/],
    [['drill', 'none', '--level-rules', '/nowhere.json'], /nowhere\.json cannot be read/],
    [['drill', 'none', '--hold', 'long'], /expected a duration such as 30s/],
    [['drill', 'none', '--baseline', '5s'], /--baseline: expected 14s to 600s, found 5s/],
    [['drill', 'none', '--hold', '2h'], /--hold: expected 1s to 1800s, found 7200s/],
    [['drill', 'none', '--webhook', 'slack'], /--webhook: expected an address .*, found "slack"/],
    [['drill', 'none', '--max-level', 'L9'], /Allowed choices are L1, L2, L3/],
  ])('is told without a stack: %j', async (args, why) => {
    const finished = await place().loadkit(args, env);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toMatch(why);
    expect(finished.stderr).not.toContain('    at ');
  });

  it('is listed with what each measures', async () => {
    const finished = await place().loadkit(['drill', 'list', '--json']);
    const listed: unknown = JSON.parse(finished.stdout);
    expect(listed).toContainEqual(expect.objectContaining({ id: 'lock-orphan', failure: 'lock', scenario: 'coupon' }));
    expect(listed).toContainEqual(expect.objectContaining({ id: 'none', failure: null }));
  });
});

function runFoldersOf(reports: string): string[] {
  return existsSync(reports) ? runFolders({ reports }) : [];
}
