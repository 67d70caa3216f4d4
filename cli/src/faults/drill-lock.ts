import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { tryLockFile } from '../system/lock-file.ts';

export interface DrillLock {
  readonly file: string;
  release(): Promise<void>;
}

/**
 * The right to break something on this machine: two drills at once would measure each other.
 *
 * @param folder see `drillFolder`
 * @throws LoadkitError `drill-running` with whose it is
 */
export async function takeDrillLock(folder: string): Promise<DrillLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = lockFile(folder);
  const attempt = await tryLockFile(file);
  if (attempt.taken) return { file, release: attempt.release };
  const { pid } = attempt.holder;
  throw new LoadkitError('drill-running', `another drill is running on this machine (process ${pid})`, {
    hint: `wait until it has ended, or end it: kill ${pid}`,
    exitCode: exitCode.usage,
  });
}

/** Removes the lock of a drill that was killed: the next one would take it over. Resolves with its file, if there was one. */
export async function removeAbandonedLock(folder: string): Promise<string[]> {
  const file = lockFile(folder);
  if (!existsSync(file)) return [];
  const attempt = await tryLockFile(file);
  if (!attempt.taken) return [];
  await attempt.release();
  return [file];
}

/** A home that several machines share: each has its own. */
function lockFile(folder: string): string {
  return join(folder, `${hostname()}.lock`);
}
