import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournal, readJournal } from '../../../src/faults/journal.ts';
import { undoJournal } from '../../../src/faults/undo.ts';
import type { UndoStep } from '../../../src/faults/undo-step.ts';
import { identityOf } from '../../../src/system/process-identity.ts';
import { goneOwner, leaveJournal } from './journal-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-journal-'));
  file = join(folder, 'one.journal.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gone = (name: string): UndoStep => ({ kind: 'stopped-process', name, ...goneOwner() });
const times = { fault: 'api-stopped', startedAt: 1_000, until: 2_000 };

describe('an undo journal', () => {
  it('names its owner and all steps, and only its user may read it', async () => {
    const step = gone('api');
    await createJournal(file, { ...times, steps: [step] });
    expect(await readJournal(file)).toEqual({
      ...times,
      host: hostname(),
      owner: identityOf(process.pid),
      steps: [{ step, done: false }],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['one.journal.json']);
  });

  it('takes a step that becomes known later', async () => {
    const journal = await createJournal(file, { ...times, steps: [gone('api')] });
    await journal.add(gone('worker'));
    const names = (await readJournal(file))?.steps.map(({ step }) => 'name' in step && step.name);
    expect(names).toEqual(['api', 'worker']);
  });

  it('is not written over: what stands there is to be undone', async () => {
    leaveJournal(file, [gone('api')]);
    const before = readFileSync(file, 'utf8');
    await expect(createJournal(file, { ...times, steps: [] })).rejects.toMatchObject({ code: 'journal-not-written' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('that cannot be written is an error with exit code 93', async () => {
    writeFileSync(join(folder, 'taken'), '');
    await expect(
      createJournal(join(folder, 'taken', 'one.journal.json'), { ...times, steps: [] }),
    ).rejects.toMatchObject({ code: 'journal-not-written', exitCode: 93 });
  });

  it.each(['', '{', '[]', '{"fault":"x"}', '{"fault":"x","host":"y","owner":{"pid":0,"startedAt":null},"steps":[]}'])(
    'says that %s is none',
    async (text) => {
      writeFileSync(file, text);
      await expect(readJournal(file)).rejects.toMatchObject({ code: 'journal-unreadable', exitCode: 93 });
    },
  );
});

describe('undoing a journal', () => {
  it('does nothing when it is missing', async () => {
    expect(await undoJournal(file)).toEqual([]);
  });

  it('removes it when nothing is left to undo, the last step first', async () => {
    leaveJournal(file, [gone('api'), gone('worker')]);
    const undone = await undoJournal(file);
    expect(undone.map(({ subject, outcome }) => [subject.split(' ')[0], outcome])).toEqual([
      ['worker', 'absent'],
      ['api', 'absent'],
    ]);
    expect(readdirSync(folder)).toEqual([]);
    expect(await undoJournal(file)).toEqual([]);
  });

  it('leaves out what was undone before', async () => {
    const [api, worker] = [gone('api'), gone('worker')];
    leaveJournal(file, [], {
      steps: [
        { step: api, done: false },
        { step: worker, done: true },
      ],
    });
    expect(await undoJournal(file)).toMatchObject([{ subject: expect.stringMatching(/^api/) }]);
  });
});
