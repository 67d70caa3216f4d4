import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSamplesOf } from '../../src/record/k6-scenario.ts';
import type { EventLine, LoadLine } from '../../src/record/series.ts';
import { settledLeftover } from './leftover.ts';
import { cacheWithoutStacks, type Finished, onlyRun, readLines, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
afterAll(() => {
  removeAll();
  cache.remove();
});

describe('a surge that fills the memory', () => {
  const here = place();
  let finished: Finished;
  beforeAll(async () => {
    const args = ['drill', 'memory-surge', '--no-placebo', '--baseline', '14s', '--recover', '15s', '--quiet'];
    finished = await here.loadkit(args, { XDG_CACHE_HOME: cache.home, TEST_MARK: here.folder });
  });

  const loadLines = (): LoadLine[] =>
    readLines(onlyRun(here).folder).flatMap((line) => (line.kind === 'load' ? [line] : []));
  const events = (name: string): EventLine[] =>
    readLines(onlyRun(here).folder).flatMap((line) => (line.kind === 'event' && line.name === name ? [line] : []));

  it('begins in the second of the injection, and at no other time', () => {
    expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const { drill } = onlyRun(here).record;
    const injectedAt = drill?.injection?.injectedAt ?? 0;
    const first = loadLines().find((line) => hasSamplesOf(line, 'spike'));
    expect(first?.from).toBeLessThan(injectedAt + 500);
    expect(first?.t).toBeGreaterThan(injectedAt - 500);
    expect(drill?.injection?.facts).toMatchObject({ usualRate: 40, surgeRate: 400 });
  });

  it('ends the process api once, which is started again, and the load feels it until then', () => {
    const { drill } = onlyRun(here).record;
    expect(events('process-exited').map(({ subject }) => subject)).toEqual(['api']);
    expect(events('process-exited')[0]?.detail).toContain('SIGABRT');
    expect(events('process-restarted').map(({ subject }) => subject)).toEqual(['api']);
    const { doubts, moments, damage } = drill?.assessment ?? {};
    expect(doubts).toEqual([]);
    expect(moments?.impactAt).not.toBeNull();
    expect(moments?.detectedAt).not.toBeNull();
    expect(moments?.restoredAt).not.toBeNull();
    expect(damage?.lost).toBeGreaterThan(0);
  });

  it('is told with what the process said of its memory', () => {
    const file = join(onlyRun(here).folder, 'incident.md');
    expect(existsSync(file)).toBe(true);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/api: 전체 GC 뒤에 남은 힙, 최대 +\| +\d+\.\d MiB \| +\d+\.\d MiB/);
    expect(text).toMatch(/api: 프로세스 종료 횟수 +\| +0건 \| +1건/);
  });

  it('leaves nothing behind', async () => {
    const left = await settledLeftover({ pid: 0, mark: here.folder }, 3_000);
    expect(left.processes).toEqual([]);
  });
});
