import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Journal } from '../../../src/faults/journal.ts';
import type { UndoStep } from '../../../src/faults/undo-step.ts';

/** The identity of a process that has ended. */
export function goneOwner(): Journal['owner'] {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return { pid, startedAt: '1' };
}

/** Writes the journal that an injector left that is gone. */
export function leaveJournal(file: string, steps: readonly UndoStep[], changes: Partial<Journal> = {}): void {
  const journal: Journal = {
    fault: 'lock-orphan',
    host: hostname(),
    owner: goneOwner(),
    startedAt: Date.now() - 1_000,
    until: Date.now() + 60_000,
    steps: steps.map((step) => ({ step, done: false })),
    ...changes,
  };
  writeFileSync(file, JSON.stringify(journal));
}
