import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemClock } from './clock.ts';
import { errorCode, identityOf, isAlive } from './process-identity.ts';

const holderSchema = z.object({ host: z.string(), pid: z.int(), startedAt: z.string().nullable() });

/** Who has a lock: a process of this machine, or of another one that shares the folder. */
export type LockHolder = z.infer<typeof holderSchema>;

export type LockAttempt =
  | { readonly taken: true; release(): Promise<void> }
  | { readonly taken: false; readonly holder: LockHolder };

/** For a holder on another machine (a shared home), whose processes cannot be seen from here. */
const abandonedAfterMs = 15 * 60_000;
/** About what somebody else needs to take a dead lock away. */
const takeoverMs = 5;

/** Takes the lock for this process, or says who has it. A lock whose process is dead is taken over. */
export async function tryLockFile(file: string): Promise<LockAttempt> {
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  await writeFile(own, JSON.stringify({ host: hostname(), ...identityOf(process.pid) }), { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(own, file)) return { taken: true, release: () => rm(file, { force: true }) };
      const holder = await readHolder(file);
      if (holder === null) continue;
      if (!(await isAbandoned(file, holder))) return { taken: false, holder };
      await removeAbandoned(file, own);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** A hard link appears at once with its content, and fails when the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<LockHolder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    // Nobody of ours wrote that, and nobody will take it away.
    return { host: hostname(), pid: 0, startedAt: 'unreadable' };
  }
}

async function isAbandoned(file: string, holder: LockHolder): Promise<boolean> {
  if (holder.host === hostname()) return !isAlive(holder);
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > abandonedAfterMs;
}

/**
 * One at a time, and by a look of its own: of two that saw the same dead lock, the second would take away the lock that
 * somebody took after the first had.
 */
async function removeAbandoned(file: string, own: string): Promise<void> {
  const guard = `${file}.takeover`;
  if (!(await linked(own, guard))) {
    const other = await readHolder(guard);
    if (other !== null && (await isAbandoned(guard, other))) await rm(guard, { force: true });
    await systemClock.sleep(takeoverMs);
    return;
  }
  try {
    const holder = await readHolder(file);
    if (holder !== null && (await isAbandoned(file, holder))) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
