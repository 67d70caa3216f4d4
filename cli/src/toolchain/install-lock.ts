import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { errorCode, identityOf, isAlive } from '../system/process-identity.ts';
import type { InstallContext } from './context.ts';

const holderSchema = z.object({ host: z.string(), pid: z.int(), startedAt: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

export interface InstallLock {
  readonly file: string;
  /** For messages: `Kafka`. */
  readonly title: string;
}

const askEveryMs = 500;
/** For a holder on another machine (a shared home), whose processes cannot be seen from here. */
const abandonedAfterMs = 15 * 60_000;

/**
 * Runs `work` while no other loadkit of this cache does the same. A lock whose process is dead is taken over.
 *
 * The lock spares double work; it does not have to be perfect: an install is published by one rename, so that two
 * at once would still leave a whole result.
 */
export async function withInstallLock<T>(
  { file, title }: InstallLock,
  context: InstallContext,
  work: () => Promise<T>,
): Promise<T> {
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  await writeFile(own, JSON.stringify({ host: hostname(), ...identityOf(process.pid) }), { mode: 0o600 });
  try {
    await take(file, own, title, context);
  } finally {
    await rm(own, { force: true });
  }
  try {
    await context.supervisor.removeAtEnd(file);
    return await work();
  } finally {
    await rm(file, { force: true });
    await context.supervisor.keep(file).catch(() => {});
  }
}

/** A hard link appears at once with its content, and fails when the name is taken. */
async function take(file: string, own: string, title: string, context: InstallContext): Promise<void> {
  let announced = false;
  for (;;) {
    context.signal.throwIfAborted();
    try {
      await link(own, file);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const holder = await readHolder(file);
    if (holder !== null && (await isAbandoned(file, holder))) {
      await removeAbandoned(file, holder);
      continue;
    }
    if (!announced && holder !== null) {
      announced = true;
      context.onProgress(
        `${title}: waiting for another loadkit that installs (process ${holder.pid} on ${holder.host})`,
      );
    }
    await context.clock.sleep(askEveryMs, context.signal);
  }
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    // Nobody of ours wrote that, and nobody will take it away.
    return { host: hostname(), pid: 0, startedAt: 'unreadable' };
  }
}

async function isAbandoned(file: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname()) return !isAlive(holder);
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > abandonedAfterMs;
}

/** Moved aside first: of two that found the same dead lock, one moves it, and the other finds it gone. */
async function removeAbandoned(file: string, seen: Holder): Promise<void> {
  const aside = `${file}.dead.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  const isAnother = moved !== null && (moved.pid !== seen.pid || moved.startedAt !== seen.startedAt);
  // Somebody took the lock between our look and our move: give it back.
  if (isAnother) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
