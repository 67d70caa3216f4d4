import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cleanUp, drillFolder, newJournalFile, removeDrafts } from '../../../src/faults/cleanup.ts';
import { readJournal } from '../../../src/faults/journal.ts';
import { undoJournal } from '../../../src/faults/undo.ts';
import type { UndoStep } from '../../../src/faults/undo-step.ts';
import { identityOf, isAlive, isStopped } from '../../../src/system/process-identity.ts';
import { goneOwner, leaveJournal } from './journal-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-cleanup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Leads a process group of its own, as all do that loadkit starts. */
function startProcess(): { child: ChildProcess; pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid } = child;
  if (pid === undefined) throw new Error('not started');
  return { child, pid };
}

const stopped = (name: string, pid: number): UndoStep => ({ kind: 'stopped-process', name, ...identityOf(pid) });

/** An API that answers every call with 500. */
async function brokenApi(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(500).end('out of order'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

describe('cleaning up', () => {
  it('finds nothing in a folder that is not there, or empty', async () => {
    expect(await cleanUp(join(folder, 'none'))).toEqual([]);
    expect(await cleanUp(folder)).toEqual([]);
  });

  it('looks where drills of this user keep their journals', () => {
    expect(drillFolder('/home/me/.cache/loadkit')).toBe('/home/me/.cache/loadkit/drills');
    expect(newJournalFile(folder)).not.toBe(newJournalFile(folder));
  });

  it('undoes what an injector left that is gone, and says what', async () => {
    const { pid } = startProcess();
    process.kill(pid, 'SIGSTOP');
    const file = newJournalFile(folder);
    leaveJournal(file, [stopped('api', pid)], { fault: 'api-stopped' });
    expect(await cleanUp(folder)).toEqual([
      {
        file,
        fault: 'api-stopped',
        state: 'undone',
        undone: [{ kind: 'stopped-process', subject: `api (pid ${pid})`, outcome: 'undone', error: null }],
        error: null,
      },
    ]);
    expect(isStopped(identityOf(pid))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the fault of an injector alone that lives and is within its maximum', async () => {
    const { pid } = startProcess();
    const { pid: injector } = startProcess();
    process.kill(pid, 'SIGSTOP');
    const file = newJournalFile(folder);
    leaveJournal(file, [stopped('api', pid)], { owner: identityOf(injector) });
    expect(await cleanUp(folder)).toMatchObject([{ file, state: 'running', undone: [] }]);
    expect(isStopped(identityOf(pid))).toBe(true);
    expect(existsSync(file)).toBe(true);
  });

  it('ends an injector that stands still long after its maximum, and undoes its fault', async () => {
    const { pid } = startProcess();
    const injector = startProcess();
    for (const each of [pid, injector.pid]) process.kill(each, 'SIGSTOP');
    const ended = once(injector.child, 'exit');
    const owner = identityOf(injector.pid);
    leaveJournal(newJournalFile(folder), [stopped('api', pid)], { owner, until: Date.now() - 60_000 });
    expect(await cleanUp(folder)).toMatchObject([{ state: 'undone', undone: [{ outcome: 'undone' }] }]);
    await ended;
    expect(isAlive(owner)).toBe(false);
  });

  it('keeps the journal of what could not be undone, without what could', async () => {
    const api = await brokenApi();
    const toxics: UndoStep = { kind: 'toxics', api, proxy: 'redis', prefix: 'loadkit-' };
    const file = newJournalFile(folder);
    leaveJournal(file, [toxics, { kind: 'stopped-process', name: 'api', ...goneOwner() }]);
    expect(await cleanUp(folder)).toMatchObject([
      {
        state: 'left',
        undone: [
          { outcome: 'absent' },
          { kind: 'toxics', subject: 'proxy redis', outcome: 'failed', error: expect.stringContaining('with 500') },
        ],
      },
    ]);
    expect((await readJournal(file))?.steps.filter(({ done }) => !done)).toEqual([{ step: toxics, done: false }]);
  });

  it('says of a journal that it is of another machine, or unreadable, and goes on with the next', async () => {
    const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.journal.json`));
    const [elsewhere = '', unreadable = '', gone = ''] = files;
    leaveJournal(elsewhere, [], { host: 'another' });
    writeFileSync(unreadable, 'nonsense');
    leaveJournal(gone, []);
    writeFileSync(join(folder, 'note.txt'), 'of somebody');
    expect((await cleanUp(folder)).map(({ file, state }) => [file, state])).toEqual([
      [elsewhere, 'elsewhere'],
      [unreadable, 'unreadable'],
      [gone, 'undone'],
    ]);
    expect(readdirSync(folder).sort()).toEqual(['a.journal.json', 'b.journal.json', 'note.txt']);
  });
});

describe('what nobody else removes', () => {
  it('are the drafts of journals whose writer was killed', async () => {
    const journal = newJournalFile(folder);
    const mine = `${journal}.${process.pid}.draft`;
    const abandoned = `${journal}.${goneOwner().pid}.draft`;
    for (const file of [mine, abandoned, join(folder, 'note.draft')]) writeFileSync(file, '{');
    expect(await removeDrafts(folder)).toEqual([abandoned]);
    expect(readdirSync(folder).sort()).toEqual([basename(mine), 'note.draft'].sort());
    expect(await removeDrafts(join(folder, 'none'))).toEqual([]);
  });
});

describe('a stopped process', () => {
  it('is left alone when its number belongs to another one by now', async () => {
    const { pid } = startProcess();
    process.kill(pid, 'SIGSTOP');
    const file = newJournalFile(folder);
    leaveJournal(file, [{ kind: 'stopped-process', name: 'api', pid, startedAt: '1' }]);
    expect(await undoJournal(file)).toMatchObject([{ outcome: 'absent' }]);
    expect(isStopped(identityOf(pid))).toBe(true);
  });

  it('that goes on already is nothing to undo', async () => {
    const { pid } = startProcess();
    const file = newJournalFile(folder);
    leaveJournal(file, [stopped('api', pid)]);
    expect(await undoJournal(file)).toMatchObject([{ outcome: 'absent' }]);
  });
});
