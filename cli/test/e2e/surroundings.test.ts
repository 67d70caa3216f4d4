import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { settledLeftover } from './leftover.ts';
import { bin, type Finished, loadUnderWay, onlyRun, readLines, type Workplace, workplaces } from './loadkit.ts';
import { isRoot, makeDisk, makeReadOnlyFolder, notRun } from './machine.ts';

const { place, removeAll } = workplaces();
afterAll(removeAll);

const run = ['run', 'coupon', '--stack', 'local', '--profile', 'smoke', '--duration', '2s', '--no-install'];
/** So short a run may be too little for a verdict, or for a threshold of a busy machine. */
const verdicts = [0, 95, 99];

interface Surroundings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly through?: readonly string[];
}

/** Runs to the end; whatever it ends with, there is no stack trace, and nothing stays. */
async function end(here: Workplace, { args = run, env = {}, through = [] }: Surroundings): Promise<Finished> {
  const running = here.start(args, { ...env, TEST_MARK: here.folder }, through);
  const finished = await running.ended;
  expect(finished.stderr + finished.stdout).not.toMatch(/^\s+at .*[:(]/m);
  expect(finished.stderr).not.toContain('internal error');
  const left = await settledLeftover({ pid: running.pid, mark: here.folder }, 5_000);
  expect(left).toEqual({ processes: [], folders: [] });
  return finished;
}

function heldAll(here: Workplace): void {
  const { record } = onlyRun(here);
  expect(record.status).toBe('complete');
  expect(record.invariants.length).toBeGreaterThan(0);
  expect(record.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
}

describe('few open files', () => {
  it.each([64, 128])('%i: says which limit to raise, 93', async (limit) => {
    const through = ['bash', '-c', `ulimit -n ${limit}; exec "$0" "$@"`];
    const { exitCode, stderr } = await end(place(), { through });
    expect(stderr).toContain('ulimit -n 1024');
    expect(exitCode).toBe(93);
  });
});

describe('a terminal that can do little, in a zone of its own', () => {
  it('gets plain lines, and a report that names the zone of its times', async () => {
    const here = place();
    const zone = 'Asia/Seoul';
    const { exitCode, stderr, stdout } = await end(here, { env: { TERM: 'dumb', NO_COLOR: '1', TZ: zone } });
    expect(stderr + stdout).not.toContain('\u001b');
    expect(stderr).toContain('coupon load');
    expect(verdicts).toContain(exitCode);
    const { record, folder } = onlyRun(here);
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    // Nine hours ahead, without summer time.
    const [clock = ''] = /\d+:\d\d:\d\d/.exec(new Date(record.startedAt + 9 * 3_600_000).toISOString()) ?? [];
    expect(report).toContain(`${clock.replace(/^0/, '')} (${zone})`);
    const again = await here.loadkit(['report', record.id], { TZ: 'America/New_York' });
    expect(again.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toBe(report);
  });
});

describe('folders', () => {
  it('with spaces and Korean letters in their names hold the project, the reports, the cache and the temp folders', async () => {
    const here = place('부하 시험');
    const folders = { XDG_CACHE_HOME: join(here.folder, '도구 모음'), TMPDIR: join(here.folder, '임시 폴더') };
    for (const folder of Object.values(folders)) mkdirSync(folder);
    symlinkSync(readEnvironment().cacheFolder, join(folders.XDG_CACHE_HOME, 'loadkit'));
    const { exitCode, stderr } = await end(here, { env: folders, args: [...run, '--reports', './reports'] });
    expect(verdicts, stderr).toContain(exitCode);
    heldAll(here);
    expect(execFileSync('ls', [folders.TMPDIR], { encoding: 'utf8' })).toBe('');
  });

  it('for reports that may only be read are refused before anything starts', async ({ skip }) => {
    const folder = makeReadOnlyFolder();
    if (folder === null) return notRun('a folder that cannot be written: root may not mount one', skip);
    try {
      for (const reports of [folder.folder, join(folder.folder, 'reports')]) {
        const { exitCode, stderr } = await end(place(), { args: [...run, '--reports', reports] });
        expect(stderr).toContain(`cannot write into ${reports}`);
        expect(stderr).toContain('--reports');
        expect(exitCode).toBe(2);
      }
    } finally {
      folder.remove();
    }
  });
});

describe('a disk', () => {
  it('that is nearly full is refused before anything starts', async ({ skip }) => {
    const disk = makeDisk(50);
    if (disk === null) return notRun('a full disk: mounting one takes root', skip);
    try {
      const reports = await end(place(), { args: [...run, '--reports', join(disk.folder, 'reports')] });
      expect(reports.stderr).toMatch(/only \d+ MiB are free, and at least 200 MiB are wanted\n.*--reports/);
      expect(reports.exitCode).toBe(2);
      const temp = await end(place(), { env: { TMPDIR: disk.folder } });
      expect(temp.stdout).toMatch(/only \d+ MiB are free, and at least 300 MiB are wanted for the data of the stores/);
      expect(temp.exitCode).toBe(93);
    } finally {
      disk.remove();
    }
  });

  it('that fills up in the load costs the rest of the record, not what was there, and is said', async ({ skip }) => {
    const disk = makeDisk(230);
    if (disk === null) return notRun('a full disk: mounting one takes root', skip);
    const here = place();
    const reports = join(disk.folder, 'reports');
    try {
      const running = here.start([...run, '--duration', '6s', '--reports', reports], { TEST_MARK: here.folder });
      await loadUnderWay({ ...here, reports }, running);
      expect(() => writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(240 * 1024 * 1024))).toThrow('ENOSPC');
      const { exitCode, stderr } = await running.ended;
      expect(exitCode).toBe(95);
      expect(stderr).toContain('is the disk full?');
      expect(stderr).not.toMatch(/^\s+at .*[:(]/m);
      const left = await settledLeftover({ pid: running.pid, mark: here.folder }, 5_000);
      expect(left).toEqual({ processes: [], folders: [] });
      rmSync(join(disk.folder, 'filler'));
      const { folder, record } = onlyRun({ ...here, reports });
      expect(readLines(folder, { cut: true }).some(({ kind }) => kind === 'load')).toBe(true);
      expect((await here.loadkit(['report', record.id, '--reports', reports])).exitCode).toBe(0);
    } finally {
      disk.remove();
    }
  });
});

describe('a user', () => {
  it('without a home has one by his name, or none', async () => {
    const here = place();
    const { cacheFolder } = readEnvironment();
    const { exitCode, stderr } = await end(here, {
      env: { XDG_CACHE_HOME: join(cacheFolder, '..') },
      through: ['env', '-u', 'HOME'],
    });
    expect(verdicts, stderr).toContain(exitCode);
    heldAll(here);
  });

  it('who is not root runs everything from a cache of his own', async ({ skip }) => {
    const here = place();
    const home = mkdtempSync(join(tmpdir(), 'lk-home-'));
    try {
      const asNobody = isRoot ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'] : [];
      cpSync(readEnvironment().cacheFolder, join(home, '.cache', 'loadkit'), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !path.endsWith('/stacks'),
      });
      if (isRoot) {
        for (const folder of [home, here.folder]) execFileSync('chown', ['-R', '65534:65534', folder]);
        if (!mayRead(asNobody, bin)) return notRun('a user without root: he may not read this folder', skip);
      }
      const { exitCode, stderr } = await end(here, { env: { HOME: home, XDG_CACHE_HOME: '' }, through: asNobody });
      expect(verdicts, stderr).toContain(exitCode);
      heldAll(here);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

function mayRead(asNobody: readonly string[], file: string): boolean {
  const [program = '', ...args] = [...asNobody, 'test', '-r', file];
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
