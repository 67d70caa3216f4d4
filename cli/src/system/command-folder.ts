import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { identityOf, isAlive } from './process-identity.ts';

const prefix = 'loadkit-';
const ownerFile = 'owner.json';
const ownerSchema = z.array(z.object({ pid: z.int(), startedAt: z.string().nullable() }));

/** The one folder under the system's temp folder that holds all temp folders of a command. */
export interface CommandFolder {
  readonly path: string;
  makeTempDir(prefix: string): string;
}

/** @param pids the processes that will remove it; as long as one of them lives nobody else does */
export function makeCommandFolder(tempRoot: string, pids: readonly number[]): CommandFolder {
  const path = mkdtempSync(join(tempRoot, prefix));
  writeFileSync(join(path, ownerFile), JSON.stringify(pids.map(identityOf)), { mode: 0o600 });
  let made = 0;
  return {
    path,
    makeTempDir: (name) => {
      made += 1;
      const folder = join(path, `${name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 24)}-${made}`);
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    },
  };
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/**
 * Removes what commands left that were killed together with their watchdog. A folder goes only when it is this
 * user's and its owner file names processes of which none lives; processes are never touched.
 */
export async function sweepCommandFolders(tempRoot: string): Promise<string[]> {
  const swept: string[] = [];
  for (const name of readdirSync(tempRoot)) {
    const path = join(tempRoot, name);
    if (!name.startsWith(prefix) || !isAbandoned(path)) continue;
    await removeFolder(path);
    swept.push(path);
  }
  return swept;
}

function isAbandoned(path: string): boolean {
  try {
    const stat = lstatSync(path);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return false;
    const owners = ownerSchema.parse(JSON.parse(readFileSync(join(path, ownerFile), 'utf8')));
    return owners.length > 0 && !owners.some(isAlive);
  } catch {
    return false;
  }
}
