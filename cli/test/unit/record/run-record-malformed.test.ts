import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRun, listRuns, RunFolder } from '../../../src/record/run-folder.ts';
import { runRecordSchema } from '../../../src/record/run-record.ts';
import { LoadkitError } from '../../../src/system/error.ts';
import { builtRecord } from '../judge/built-run.ts';
import { altered, damaged, everyExampleInTurn, longTexts, nativeNames, valueOrOursLater } from '../malformed.ts';

let reports = '';
beforeAll(async () => {
  reports = await mkdtemp(join(tmpdir(), 'loadkit-malformed-'));
  await mkdir(join(reports, 'run'));
});
afterAll(() => rm(reports, { recursive: true, force: true }));

async function read(text: string) {
  const folder = new RunFolder(reports, 'run');
  await writeFile(folder.recordFile, text);
  return valueOrOursLater(() => folder.read());
}

test('a record with one thing wrong is read, or refused with the place', async () => {
  await everyExampleInTurn(altered(builtRecord()), async (changed) => {
    const record = await read(JSON.stringify(changed));
    if (record instanceof LoadkitError) expect(record.code).toBe('record-unreadable');
    else expect(runRecordSchema.safeParse(record).success).toBe(true);
    expect(await listRuns(reports)).toHaveLength(1);
  });
});

test('a record that is cut off or garbled is read or refused', async () => {
  await everyExampleInTurn(damaged(fc.constant(JSON.stringify(builtRecord(), null, 2))), async (text) => {
    const record = await read(text);
    if (record instanceof LoadkitError) expect(record.hint).not.toBe('');
  });
});

test('a very long record of anything is refused', async () => {
  for (const text of [...longTexts(), '['.repeat(1_000_000), '{"a":'.repeat(200_000)]) {
    expect(await read(text)).toBeInstanceOf(LoadkitError);
  }
});

test('a run that is called like what every object has is looked for like any other', async () => {
  for (const name of nativeNames) {
    expect(await valueOrOursLater(() => findRun(reports, name))).toBeInstanceOf(LoadkitError);
  }
});
