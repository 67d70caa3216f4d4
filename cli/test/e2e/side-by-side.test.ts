import { afterAll, describe, expect, it } from 'vitest';
import { settledLeftover } from './leftover.ts';
import { onlyRun, readRecord, runFolders, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
afterAll(removeAll);

describe('five runs at once', () => {
  it('do not meet: each counts its own requests and rows, and nothing is left', async () => {
    const here = Array.from({ length: 5 }, () => place());
    const args = ['run', 'coupon', '--stack', 'local', '--profile', 'smoke', '--duration', '3s', '--quiet'];
    const running = here.map((one) => one.start(args, { TEST_MARK: one.folder }));
    const ended = await Promise.all(running.map((one) => one.ended));
    for (const [index, { exitCode, stdout, stderr }] of ended.entries()) {
      const one = here[index];
      if (one === undefined) throw new Error('a place for each');
      // So many on one machine may starve the generator, and be told so; they may not disturb one another.
      expect([0, 95, 99], `${stdout}\n${stderr}`).toContain(exitCode);
      const { record } = onlyRun(one);
      expect(record.load?.reconciliation.difference).toBe(0);
      expect(record.invariants.length).toBeGreaterThan(0);
      expect(record.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
      const left = await settledLeftover({ pid: running[index]?.pid ?? 0, mark: one.folder }, 3_000);
      expect(left).toEqual({ processes: [], folders: [] });
    }
  });
});

describe('--compare-set', () => {
  it('runs the values in turn on fresh fixtures and prints their ranges', async () => {
    const here = place();
    const compared = ['--compare-set', 'ISSUE_STRATEGY=lua,lock'];
    const finished = await here.loadkit([
      ...['run', 'coupon', '--stack', 'local', '--profile', 'smoke', '--duration', '2s', '--quiet'],
      ...compared,
    ]);
    expect(finished.stderr).not.toContain('internal error');
    const records = runFolders(here).map(readRecord);
    expect(records.map(({ set }) => set.ISSUE_STRATEGY)).toEqual(['lua', 'lock', 'lock', 'lua']);
    for (const { parts, invariants } of records) {
      expect(parts.find(({ name }) => name === 'api')?.settings).toHaveProperty('ISSUE_STRATEGY');
      expect(invariants.every(({ outcome }) => outcome === 'held')).toBe(true);
    }
    expect(finished.stdout).toMatch(/ISSUE_STRATEGY=lua \(2 runs\) +ISSUE_STRATEGY=lock \(2 runs\) +Difference/);
    expect(finished.stdout).toMatch(/POST \/api\/coupons\/\{userId\} throughput .*(ranges apart|no winner)/);
    expect(finished.stdout).toMatch(/coupon-4x-\w+\/report\.html/);
  });

  it('refuses a value that the service does not know before anything is started', async () => {
    const here = place();
    const finished = await here.loadkit(['run', 'coupon', '--compare-set', 'ISSUE_STRATEGY=lua,luck', '--quiet']);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain('found "luck"');
    expect(finished.stderr).not.toContain('    at ');
  });
});
