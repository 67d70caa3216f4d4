import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/record/run-record.ts';
import { settledLeftover } from './leftover.ts';
import {
  cacheWithoutStacks,
  type Finished,
  faultStanding,
  readLines,
  readRecord,
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
const short = ['--no-placebo', '--baseline', '14s', '--hold', '10s', '--recover', '14s', '--quiet'];

/** A drill that came to its end, with its folder. */
function drilled(here: { readonly reports: string }, fault: string) {
  for (const folder of runFolders(here)) {
    const record = readRecord(folder);
    const { injection, assessment } = record.drill ?? {};
    if (record.drill?.fault !== fault) continue;
    if (injection?.injectedAt == null || assessment?.damage == null) throw new Error(`${fault} came to no end`);
    return { folder, record, injection, assessment, damage: assessment.damage };
  }
  throw new Error(`${fault} was not drilled`);
}

const violated = ({ invariants }: RunRecord) =>
  invariants.filter(({ outcome }) => outcome === 'violated').map(({ id }) => id);

describe('coupons that are checked first and taken later', () => {
  const here = place();
  let finished: Finished;
  beforeAll(async () => {
    finished = await here.loadkit(['drill', 'coupon-race', ...short], env);
  });

  it('are given out more often than there are, and twice, while every answer is as it should be', () => {
    expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const { record, injection, assessment, damage } = drilled(here, 'coupon-race');
    expect(injection.facts).toEqual({ ISSUE_STRATEGY: 'naive', NAIVE_GAP_MS: '10' });
    expect(injection.undone.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['overrides undone']);
    expect(violated(record)).toEqual(expect.arrayContaining(['over-issue', 'duplicate-issue']));
    expect(damage.overIssued).toBeGreaterThan(0);
    expect(damage.duplicated).toBeGreaterThan(0);
    expect(assessment.doubts).toEqual([]);
    expect(assessment.level).toBe('L2');
  });

  it('are not where a script checks and takes in one step', async () => {
    await here.loadkit(['drill', 'coupon-race-lua', ...short], env);
    const { record, injection, assessment, damage } = drilled(here, 'coupon-race-lua');
    expect(injection.undone.map(({ outcome }) => outcome)).toEqual(['undone']);
    expect(violated(record)).toEqual([]);
    expect(damage).toMatchObject({ overIssued: 0, duplicated: 0, missing: 0 });
    // What makes the difference is shown only where the last coupon went under the same load.
    const stock = record.invariants.find(({ id }) => id === 'over-issue')?.evidence;
    expect(stock?.issued).toBe(stock?.stock);
    expect(assessment.doubts.map(({ id }) => id)).not.toContain('ineffective');
  });
});

describe('events that are only in memory when their process is killed', () => {
  it('are missing for good, with a lag of 0', async () => {
    const here = place();
    const finished = await here.loadkit(['drill', 'event-in-memory', ...short], env);
    expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const { folder, record, assessment, damage } = drilled(here, 'event-in-memory');
    expect(damage.missing).toBeGreaterThan(0);
    expect(violated(record)).toContain('points-missing');
    expect(assessment.doubts).toEqual([]);
    expect(record.drain?.drained).toBe(true);
    const lags = readLines(folder).flatMap((line) => {
      const values = line.kind === 'sample' ? Object.entries(line.values ?? {}) : [];
      return values.flatMap(([key, value]) => (key.startsWith('kafka_consumer_lag{') ? [value] : []));
    });
    expect(lags.at(-1)).toBe(0);
  });
});

describe('loadkit that is killed while settings are changed', () => {
  it('leaves no process, no changed settings and no journal', async () => {
    const here = place();
    const running = here.start(['drill', 'coupon-race', ...short], { ...env, TEST_MARK: here.folder });
    await faultStanding(here, running);
    expect(journals()).toHaveLength(1);
    running.kill('SIGKILL');
    await running.ended;
    const left = await settledLeftover({ pid: running.pid, mark: here.folder }, 20_000);
    expect(left).toEqual({ processes: [], folders: [] });
    expect(journals()).toEqual([]);
  });
});

function journals(): string[] {
  const folder = join(cache.home, 'loadkit', 'drills');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}
