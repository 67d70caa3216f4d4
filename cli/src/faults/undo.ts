import { rm } from 'node:fs/promises';
import type { Undone } from '../record/drill.ts';
import { systemClock } from '../system/clock.ts';
import { pollUntil } from '../system/polling.ts';
import { isAlive, isStopped } from '../system/process-identity.ts';
import { type Journal, readJournal, writeJournal } from './journal.ts';
import { never } from './never.ts';
import { signalProcess } from './service-process.ts';
import { undoStep } from './undo/undone.ts';

const tries = 3;
const pauseMs = 500;
/** For an injector that was told to end: it undoes the same itself. */
const ownerEndsWithinMs = 5_000;
const lookEveryMs = 20;

/**
 * Undoes all that a journal names and removes it; `[]` when there is none (any more). An injector that still lives is ended
 * first, so that it does not go on breaking. What is still not undone after three tries stays in the journal.
 * Rejects with `LoadkitError` when the journal cannot be read.
 */
export async function undoJournal(file: string): Promise<Undone[]> {
  const journal = await readJournal(file);
  if (journal === null) return [];
  await endOwner(journal);
  return undoSteps(file);
}

/** The same for who owns the journal. */
export async function undoSteps(file: string): Promise<Undone[]> {
  // Read again: the owner may have undone some of it while it ended.
  const journal = await readJournal(file);
  if (journal === null) return [];
  const results: Undone[] = [];
  // The last first, as one undoes things.
  for (const entry of journal.steps.filter(({ done }) => !done).reverse()) {
    const undone = await persistently(() => undoStep(entry.step, never));
    results.push(undone);
    entry.done = undone.outcome !== 'failed';
    await writeJournal(file, journal).catch(() => undefined);
  }
  if (journal.steps.every(({ done }) => done)) await rm(file, { force: true });
  return results;
}

async function persistently(attempt: () => Promise<Undone>): Promise<Undone> {
  for (let count = 1; ; count += 1) {
    const undone = await attempt();
    if (undone.outcome !== 'failed' || count === tries) return undone;
    await systemClock.sleep(pauseMs);
  }
}

/** SIGTERM, later SIGKILL, to exactly the process that wrote the journal; to none where the system cannot tell which that is. */
async function endOwner({ owner }: Journal): Promise<void> {
  if (owner.pid === process.pid || owner.startedAt === null) return;
  // One that stands still would not hear the first.
  for (const signal of isStopped(owner) ? (['SIGKILL'] as const) : (['SIGTERM', 'SIGKILL'] as const)) {
    if (!isAlive(owner) || !signalProcess(owner.pid, signal)) return;
    const isGone = async () => (isAlive(owner) ? undefined : true);
    await pollUntil(isGone, { clock: systemClock, timeoutMs: ownerEndsWithinMs, intervalMs: lookEveryMs });
  }
}
