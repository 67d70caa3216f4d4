import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DrillBatch } from '../../src/commands/drill-batch.ts';
import { parseEstimate } from '../../src/commands/drill-estimate.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-batch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = { rate: '100' };
const begin = () =>
  DrillBatch.begin(folder, { id: 'b1', options, first: ['none'], faults: ['lock-orphan', 'row-held'], repeat: 2 });

describe('a batch of drills', () => {
  test('begins with the placebo and does each fault once before one of them twice', async () => {
    const batch = await begin();
    expect(batch.open.map(({ fault, number }) => `${fault} ${number}`)).toEqual([
      'none 1',
      'lock-orphan 1',
      'row-held 1',
      'lock-orphan 2',
      'row-held 2',
    ]);
  });

  test('names the runs that are done, for a report of all of them', async () => {
    const batch = await begin();
    await expect(DrillBatch.finishedRuns(folder)).rejects.toThrow(/no drill is done yet/);
    const [first, second] = batch.open;
    if (first === undefined || second === undefined) throw new Error('nothing planned');
    await batch.finish(first, 'run-1');
    await batch.finish(second, 'run-2');
    expect(await DrillBatch.finishedRuns(folder)).toEqual(['run-1', 'run-2']);
    await expect(DrillBatch.finishedRuns(join(folder, 'nowhere'))).rejects.toThrow(
      /^--drills: no batch of drills was begun in .*nowhere$/,
    );
  });

  test('goes on behind what is done', async () => {
    const batch = await begin();
    const [first, second] = batch.open;
    if (first === undefined || second === undefined) throw new Error('nothing planned');
    await batch.finish(first, 'run-1');
    await batch.finish(second, 'run-2');
    const again = await DrillBatch.resume(folder, options);
    expect(again.id).toBe('b1');
    expect(again.done.map(({ run }) => run)).toEqual(['run-1', 'run-2']);
    expect(again.open.map(({ fault, number }) => `${fault} ${number}`)).toEqual([
      'row-held 1',
      'lock-orphan 2',
      'row-held 2',
    ]);
  });

  test('plans more of some, until each is there so many times', async () => {
    const batch = await begin();
    for (const [index, planned] of batch.open.entries()) await batch.finish(planned, `run-${index}`);
    await batch.add(['row-held', 'redis-stall'], 3);
    const again = await DrillBatch.resume(folder, options);
    expect(again.open).toMatchObject([
      { fault: 'redis-stall', number: 1, of: 3 },
      { fault: 'redis-stall', number: 2, of: 3 },
      { fault: 'row-held', number: 3, of: 3 },
      { fault: 'redis-stall', number: 3, of: 3 },
    ]);
    expect(await again.add(['row-held'], 3)).toEqual([]);
  });

  test('writes down no secret, and is gone on with all the same', async () => {
    const secret = { env: { SHOP_TOKEN: 'open sesame' }, target: '127.0.0.1:8080' };
    await DrillBatch.begin(folder, { id: 'b2', options: secret, first: [], faults: ['row-held'], repeat: 1 });
    const text = await readFile(join(folder, 'drills.json'), 'utf8');
    expect(text).not.toContain('sesame');
    expect(text).toContain('127.0.0.1:8080');
    expect((await DrillBatch.resume(folder, secret)).id).toBe('b2');
  });

  test('is not gone on with under other options, and the error names the first', async () => {
    await begin();
    await expect(DrillBatch.resume(folder, { rate: '200' })).rejects.toMatchObject({
      code: 'no-batch',
      exitCode: 2,
      message: expect.stringContaining('another rate: "100"'),
    });
  });

  test('is not gone on with without what it was begun with, while what an older one did not know is not missed', async () => {
    const mitigated = { ...options, mitigate: './unlock.sh' };
    await DrillBatch.begin(folder, { id: 'b3', options: mitigated, first: [], faults: ['row-held'], repeat: 1 });
    await expect(DrillBatch.resume(folder, options)).rejects.toThrow(/another mitigate: ".\/unlock\.sh"/);
    await begin();
    expect((await DrillBatch.resume(folder, { ...options, mitigate: null })).id).toBe('b1');
  });

  test('of several drills, some of which are done, is kept when another one begins', async () => {
    const former = await DrillBatch.begin(folder, {
      ...{ id: '2026-11-30T09:01:56.704Z', options, first: ['none'] },
      ...{ faults: ['lock-orphan', 'row-held'], repeat: 1 },
    });
    const [, second] = former.open;
    if (second === undefined) throw new Error('nothing planned');
    await former.finish(second, 'run-2');
    const next = await begin();
    expect(next.kept).toBe(join(folder, 'drills-20261130T090156704Z.json'));
    expect(await readFile(next.kept ?? '', 'utf8')).toContain('run-2');
    // Of nothing that was done, and of a single drill, there is nothing to go on with.
    expect((await begin()).kept).toBeNull();
    const one = { id: 'b4', options, first: ['none'], faults: ['row-held'], repeat: 1 };
    const single = await DrillBatch.begin(folder, one);
    for (const planned of single.open) await single.finish(planned, 'run-3');
    expect((await begin()).kept).toBeNull();
  });

  test.each(['', '{', '{"schema":"loadkit.run"}'])('is no batch where its file holds %j', async (text) => {
    await writeFile(join(folder, 'drills.json'), text);
    await expect(DrillBatch.resume(folder, options)).rejects.toMatchObject({ code: 'no-batch', exitCode: 2 });
  });

  test('is not gone on with where there is none', async () => {
    await expect(DrillBatch.resume(join(folder, 'elsewhere'), options)).rejects.toMatchObject({ code: 'no-batch' });
  });
});

describe('an estimate', () => {
  test('keeps the words of the user', () => {
    expect(parseEstimate('MTTD=수초, mttr = 5 min,LEVEL=L2')).toEqual({ level: 'L2', ttd: '수초', ttr: '5 min' });
    expect(parseEstimate(null)).toEqual({ level: null, ttd: null, ttr: null });
  });

  test.each(['MTTD', 'TTD=5s', 'MTTD=5s,', '='])('says what it expected where it reads %j', (text) => {
    expect(() => parseEstimate(text)).toThrow(/expected LEVEL=…, MTTD=… or MTTR=…/);
  });
});
