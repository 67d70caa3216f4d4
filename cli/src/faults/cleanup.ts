import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Undone } from '../record/drill.ts';
import { messageOf } from '../system/error.ts';
import { errorCode, identityOf, isAlive } from '../system/process-identity.ts';
import { type Journal, readJournal } from './journal.ts';
import { undoJournal } from './undo.ts';

/** What was found of one journal. */
export interface CleanedJournal {
  readonly file: string;
  /** Null where the journal cannot be read. */
  readonly fault: string | null;
  /**
   * undone: nothing is left of it · left: see the steps that failed; the journal stays · running: its injector lives, and
   * is within its maximum · elsewhere: of another machine · unreadable: see `error`.
   */
  readonly state: 'undone' | 'left' | 'running' | 'elsewhere' | 'unreadable';
  readonly undone: readonly Undone[];
  readonly error: string | null;
}

const extension = '.journal.json';
/** See `writeJournal`. */
const draftName = /\.journal\.json\.(\d+)\.draft$/;
/** An injector that still lives so long after its maximum does not do what it promised. */
const lateMs = 30_000;

/** Of the journals and the lock of this user's drills. */
export function drillFolder(cacheFolder: string): string {
  return join(resolve(cacheFolder), 'drills');
}

/** A name that no other journal has. */
export function newJournalFile(folder: string): string {
  return join(folder, `${process.pid}-${randomBytes(4).toString('hex')}${extension}`);
}

/** Undoes every journal of the folder whose injector is gone, or has overslept. One that fails does not keep the others. */
export async function cleanUp(folder: string): Promise<CleanedJournal[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(extension)).sort();
  const cleaned: CleanedJournal[] = [];
  for (const name of names) {
    const result = await cleanJournal(join(folder, name));
    if (result !== null) cleaned.push(result);
  }
  return cleaned;
}

/**
 * Removes journals that were not written to their end, because their writer was killed: what they name had not been
 * touched yet, but they hold the addresses of the stores with their passwords. Resolves with the removed files.
 */
export async function removeDrafts(folder: string): Promise<string[]> {
  const drafts = (await namesIn(folder)).filter((name) => {
    const writer = draftName.exec(name)?.[1];
    return writer !== undefined && !isAlive(identityOf(Number(writer)));
  });
  const files = drafts.sort().map((name) => join(folder, name));
  for (const file of files) await rm(file, { force: true });
  return files;
}

async function cleanJournal(file: string): Promise<CleanedJournal | null> {
  try {
    const journal = await readJournal(file);
    if (journal === null) return null;
    const { fault } = journal;
    const state = stateOf(journal);
    if (state !== null) return { file, fault, state, undone: [], error: null };
    const undone = await undoJournal(file);
    const isLeft = undone.some(({ outcome }) => outcome === 'failed');
    return { file, fault, state: isLeft ? 'left' : 'undone', undone, error: null };
  } catch (error) {
    return { file, fault: null, state: 'unreadable', undone: [], error: messageOf(error) };
  }
}

/** Null when it is to be undone. */
function stateOf({ host, owner, until }: Journal): 'running' | 'elsewhere' | null {
  if (host !== hostname()) return 'elsewhere';
  return isAlive(owner) && Date.now() < until + lateMs ? 'running' : null;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
