import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkReportsFolder,
  createRunFolder,
  findRun,
  listRuns,
  RunFolder,
  recordUnwritable,
} from '../../../src/record/run-folder.ts';
import { recordVersion } from '../../../src/record/run-record.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { LoadkitError } from '../../../src/system/error.ts';
import { builtRecord } from '../judge/built-run.ts';

let reports = '';
beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'loadkit-record-test-'));
});
afterEach(() => rm(reports, { recursive: true, force: true }));

/** A run of a moment: `run('20260921-173320-coupon-aaaa', 5)`. */
async function run(id: string, startedAt: number): Promise<RunFolder> {
  const folder = new RunFolder(reports, id);
  await mkdir(folder.path);
  await folder.write(builtRecord({ id, startedAt }));
  return folder;
}

async function written(text: string): Promise<RunFolder> {
  const folder = new RunFolder(reports, '20260921-173320-coupon-test');
  await mkdir(folder.path);
  await writeFile(folder.recordFile, text);
  return folder;
}

async function refusal(action: Promise<unknown>): Promise<LoadkitError> {
  const error = await action.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LoadkitError) return error;
  throw error ?? new Error('was accepted');
}

describe('a run record', () => {
  it('comes back as it was written, and leaves no draft', async () => {
    const folder = await run('a', 1);
    expect(await folder.read()).toEqual(builtRecord({ id: 'a', startedAt: 1 }));
    expect(await readdir(folder.path)).toEqual(['run.json']);
  });

  it('is whole for every reader while it is written again and again', async () => {
    const folder = await run('a', 1);
    let writing = true;
    const reader = async () => {
      let times = 0;
      for (; writing || times === 0; times += 1) expect((await folder.read()).id).toBe('a');
      return times;
    };
    const reading = reader();
    for (let startedAt = 2; startedAt < 40; startedAt += 1) await folder.write(builtRecord({ id: 'a', startedAt }));
    writing = false;
    expect(await reading).toBeGreaterThan(0);
    expect((await folder.read()).startedAt).toBe(39);
  });

  it('stands as before, without a draft, when a new one cannot be written', async () => {
    const folder = await run('a', 1);
    const blocked = new RunFolder(reports, 'b');
    await mkdir(blocked.recordFile, { recursive: true });
    const error = await blocked.write(builtRecord()).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(await readdir(blocked.path)).toEqual(['run.json']);
    expect(recordUnwritable(blocked.recordFile, error)).toMatchObject({ code: 'record-unwritable', exitCode: 95 });
    expect((await folder.read()).startedAt).toBe(1);
  });

  it('that is cut off is said to be no JSON, with its file', async () => {
    const text = JSON.stringify(builtRecord());
    const folder = await written(text.slice(0, text.length / 2));
    const error = await refusal(folder.read());
    expect(error).toMatchObject({ code: 'record-unreadable', exitCode: 2 });
    expect(error.message).toContain(folder.recordFile);
    expect(error.message).toContain('not JSON');
  });

  it('of a newer loadkit is refused by its version, whatever else is in it', async () => {
    const folder = await written(JSON.stringify({ version: recordVersion + 1, all: 'new' }));
    expect((await refusal(folder.read())).message).toContain(`record version ${recordVersion + 1}`);
  });

  it('with a wrong value is refused by the path of that value', async () => {
    const { load, ...rest } = builtRecord();
    const folder = await written(JSON.stringify({ ...rest, load: { ...load, startedAt: 'noon' } }));
    expect((await refusal(folder.read())).message).toContain('load.startedAt');
  });

  it.each(['null', '[]', '3', '"text"'])('that is only %s is refused', async (text) => {
    const folder = await written(text);
    expect(await refusal(folder.read())).toMatchObject({ code: 'record-unreadable' });
  });

  it('that is not there is said to be missing', async () => {
    expect(await refusal(new RunFolder(reports, 'nobody').read())).toMatchObject({
      code: 'run-not-found',
      exitCode: 2,
    });
  });
});

describe('a new run folder', () => {
  it('is named for its time and scenario, without what a file name cannot hold', async () => {
    const { id, logs } = await createRunFolder(reports, { clock: systemClock, name: '../쿠폰 발급/x y.ts' });
    expect(id).toMatch(/^\d{8}-\d{6}-[A-Za-z0-9._-]+-[a-z2-9]{4}$/);
    expect(await readdir(reports)).toEqual([id]);
    expect((await stat(logs)).isDirectory()).toBe(true);
  });

  it('is never one that is there already', async () => {
    const clock = { ...systemClock, now: () => 1_790_000_000_000 };
    const suffixes = ['aaaa', 'aaaa', 'aaaa', 'bbbb'];
    const suffix = () => suffixes.shift() ?? 'none';
    const first = await createRunFolder(reports, { clock, name: 'coupon', suffix });
    await writeFile(first.recordFile, 'mine');
    const second = await createRunFolder(reports, { clock, name: 'coupon', suffix });
    expect(second.id).not.toBe(first.id);
    expect(await readFile(first.recordFile, 'utf8')).toBe('mine');
  });

  it('gives up when every name is taken', async () => {
    const clock = { ...systemClock, now: () => 1_790_000_000_000 };
    const newRun = { clock, name: 'coupon', suffix: () => 'aaaa' };
    await createRunFolder(reports, newRun);
    expect(await refusal(createRunFolder(reports, newRun))).toMatchObject({ code: 'reports-folder', exitCode: 2 });
  });
});

describe('the reports folder', () => {
  it('is made when it is missing, and the trial leaves nothing in it', async () => {
    const deep = join(reports, 'a', 'b');
    await checkReportsFolder(deep);
    expect(await readdir(deep)).toEqual([]);
  });

  it('that is a file, or lies below one, is refused with its path', async () => {
    const file = join(reports, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'reports')]) {
      const error = await refusal(checkReportsFolder(path));
      expect(error).toMatchObject({ code: 'reports-folder', exitCode: 2 });
      expect(error.message).toContain(path);
      expect(error.hint).toContain('--reports');
    }
  });
});

describe('the reports folder on a file system that makes no folders', () => {
  it('is refused at once', async () => {
    expect(await refusal(checkReportsFolder('/proc/loadkit/reports'))).toMatchObject({
      code: 'reports-folder',
      exitCode: 2,
    });
  });
});

describe('the list of runs', () => {
  it('has the newest first, and says which cannot be read', async () => {
    await run('old', 1);
    await run('new', 3);
    await run('middle', 2);
    await mkdir(join(reports, 'no-run'));
    await writeFile(join(reports, '.gitkeep'), '');
    await mkdir(join(reports, 'torn'));
    await writeFile(join(reports, 'torn', 'run.json'), '{');
    const runs = await listRuns(reports);
    expect(runs.map(({ folder }) => folder.id)).toEqual(['new', 'middle', 'old', 'torn']);
    expect(runs.at(-1)).toMatchObject({ record: null, error: { code: 'record-unreadable' } });
  });

  it('is empty where there is no folder', async () => {
    expect(await listRuns(join(reports, 'nowhere'))).toEqual([]);
  });
});

describe('a run is found', () => {
  it('by its id, also when that is the beginning of another', async () => {
    await run('20260921-coupon', 1);
    await run('20260921-coupon-2', 2);
    expect((await findRun(reports, '20260921-coupon')).id).toBe('20260921-coupon');
  });

  it('by a unique beginning', async () => {
    await run('20260921-coupon', 1);
    await run('20260922-order', 2);
    expect((await findRun(reports, '20260922')).id).toBe('20260922-order');
  });

  it('not by an ambiguous one, and the answer names those that it fits', async () => {
    await run('20260921-coupon', 1);
    await run('20260921-order', 2);
    await run('20260922-order', 3);
    const error = await refusal(findRun(reports, '20260921'));
    expect(error.message).toContain('beginning of 2 runs');
    expect(error.hint).toBe('name one: 20260921-order, 20260921-coupon');
  });

  it('by "latest", past one that cannot be read', async () => {
    await run('good', 1);
    await mkdir(join(reports, 'torn'));
    await writeFile(join(reports, 'torn', 'run.json'), '{');
    expect((await findRun(reports, 'latest')).id).toBe('good');
  });

  it('not by "latest" when none can be read, or none is there', async () => {
    expect(await refusal(findRun(reports, 'latest'))).toMatchObject({ code: 'run-not-found', exitCode: 2 });
    await mkdir(join(reports, 'torn'));
    await writeFile(join(reports, 'torn', 'run.json'), '{');
    expect(await refusal(findRun(reports, 'latest'))).toMatchObject({ code: 'record-unreadable' });
  });

  it('not by an unknown name, and the answer lists the newest', async () => {
    expect((await refusal(findRun(reports, 'x'))).hint).toBe('there are none yet');
    await run('20260921-coupon', 1);
    expect(await refusal(findRun(reports, 'x'))).toMatchObject({
      hint: 'the newest are: 20260921-coupon',
      exitCode: 2,
    });
  });
});
