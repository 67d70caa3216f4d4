import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newJournalFile } from '../../../src/faults/cleanup.ts';
import { identityOf, isStopped } from '../../../src/system/process-identity.ts';
import { leaveJournal } from './journal-file.ts';

const program = fileURLToPath(new URL('../../../src/faults/guard-program.ts', import.meta.url));

let folder: string;
let journal: string;
let stopped: ReturnType<typeof identityOf>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-guard-'));
  journal = newJournalFile(folder);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.kill('SIGSTOP');
  stopped = identityOf(child.pid ?? 0);
  leaveJournal(journal, [{ kind: 'stopped-process', name: 'api', ...stopped }]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startGuard(): ChildProcess {
  const guard = fork(program, [journal], {
    execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void guard.kill('SIGKILL'));
  return guard;
}

describe('the guard of an injected fault', () => {
  it('undoes its journal when the injector is gone', async () => {
    const guard = startGuard();
    const exited = once(guard, 'exit');
    await once(guard, 'message');
    expect(isStopped(stopped)).toBe(true);
    guard.disconnect();
    expect(await exited).toEqual([0, null]);
    expect(isStopped(stopped)).toBe(false);
    expect(existsSync(journal)).toBe(false);
  });

  it('undoes it also when the injector was gone before it listened', async () => {
    const guard = startGuard();
    guard.disconnect();
    expect(await once(guard, 'exit')).toEqual([0, null]);
    expect(isStopped(stopped)).toBe(false);
    expect(existsSync(journal)).toBe(false);
  });
});
