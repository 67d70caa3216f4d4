import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { epochMs } from '../record/epoch-ms.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { errorCode, identityOf } from '../system/process-identity.ts';
import { maskSecrets } from '../system/secret.ts';
import { type UndoStep, undoStepSchema } from './undo-step.ts';

const journalSchema = z.object({
  fault: z.string(),
  /** Machine on which the owner's number means something. */
  host: z.string(),
  /** The injector. While it lives, undoing is its own business. */
  owner: z.object({ pid: z.int().positive(), startedAt: z.string().nullable() }),
  startedAt: epochMs,
  /** By then the injector itself has put everything back. */
  until: epochMs,
  steps: z.array(z.object({ step: undoStepSchema, done: z.boolean() })),
});

/** What is to be undone, in a file that only its user may read: it holds the addresses of the stores with their passwords. */
export type Journal = z.infer<typeof journalSchema>;

export interface NewJournal extends Pick<Journal, 'fault' | 'startedAt' | 'until'> {
  readonly steps: readonly UndoStep[];
}

/**
 * Writes the journal of this process; resolves when it is on the disk. Rejects with `LoadkitError` when it cannot be, or
 * when the file is there: what another one has to undo may stand in it.
 */
export async function createJournal(
  file: string,
  { steps, ...times }: NewJournal,
): Promise<{ add(step: UndoStep): Promise<void> }> {
  const journal: Journal = {
    ...times,
    host: hostname(),
    owner: identityOf(process.pid),
    steps: steps.map((step) => ({ step, done: false })),
  };
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(file)) throw new Error('the file exists');
    await writeJournal(file, journal);
  } catch (error) {
    throw new LoadkitError('journal-not-written', `the undo journal ${file} cannot be written: ${messageOf(error)}`, {
      hint: 'so nothing was injected',
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
  return {
    add: async (step) => {
      journal.steps.push({ step, done: false });
      await writeJournal(file, journal);
    },
  };
}

/** Null when it is not there. Rejects with `LoadkitError` when it is no journal. */
export async function readJournal(file: string): Promise<Journal | null> {
  try {
    return journalSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new LoadkitError(
      'journal-unreadable',
      `${file} is not readable as an undo journal: ${maskSecrets(messageOf(error))}`,
      {
        hint: 'another version of loadkit may have written it: undo it with that one, or look what is left and remove the file',
        exitCode: exitCode.unreachable,
        cause: error,
      },
    );
  }
}

/** Replaces it whole; resolves when it is on the disk, its name too. */
export async function writeJournal(file: string, journal: Journal): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeToDisk(draft, `${JSON.stringify(journal, null, 2)}\n`);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(file));
}

async function writeToDisk(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk when its folder is. Some file systems refuse that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
