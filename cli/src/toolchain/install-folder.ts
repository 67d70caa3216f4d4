import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { identityOf, isAlive } from '../system/process-identity.ts';
import { manifestFile } from './cache-layout.ts';
import type { InstallContext } from './context.ts';
import { withInstallLock } from './install-lock.ts';

export interface FolderInstall {
  /** For messages: `Kafka`. */
  readonly title: string;
  /** Where the finished folder goes. */
  readonly folder: string;
  /** True when a working install is there already, perhaps since a moment ago by somebody else. */
  readonly isThere: () => Promise<boolean>;
  /** Fills `folder` and checks that it works; may use `scratch`, which does not stay. */
  readonly build: (folder: string, scratch: string) => Promise<InstallManifest>;
}

/** Kept in the folder as `loadkit-install.json`. */
export interface InstallManifest {
  readonly tool: string;
  readonly version: string;
  /** What it was made from: module, artifact or packages with their versions. */
  readonly from: readonly string[];
}

/**
 * Makes the folder beside its final place and renames it there once it is whole. Whatever happens on the way, the
 * final place holds a complete install or none.
 */
export async function installFolder(install: FolderInstall, context: InstallContext): Promise<void> {
  const cache = dirname(install.folder);
  await makeCacheFolder(cache);
  const lock = { file: join(cache, `.lock-${basename(install.folder)}`), title: install.title };
  await withInstallLock(lock, context, async () => {
    if (await install.isThere()) return;
    await removeLeftovers(cache, basename(install.folder));
    const workshop = join(cache, workshopName(basename(install.folder)));
    await context.supervisor.removeAtEnd(workshop);
    try {
      const made = join(workshop, 'made');
      const scratch = join(workshop, 'scratch');
      await mkdir(made, { recursive: true });
      await mkdir(scratch);
      const manifest = await install.build(made, scratch);
      await writeManifest(made, manifest, context);
      // The lock of a killed loadkit can go wrong; a folder that somebody runs from must not be moved away.
      if (await install.isThere()) return;
      // A folder that is there but did not pass `isThere` is damaged.
      await rename(install.folder, join(workshop, 'damaged')).catch(() => {});
      await rename(made, install.folder);
    } finally {
      await rm(workshop, { recursive: true, force: true, maxRetries: 3 });
      await context.supervisor.keep(workshop).catch(() => {});
    }
  });
}

async function makeCacheFolder(cache: string): Promise<void> {
  try {
    await mkdir(cache, { recursive: true, mode: 0o755 });
    // A folder with a name of its own, because several installs look at the same time.
    await rmdir(await mkdtemp(join(cache, '.writable-')));
  } catch (error) {
    throw new LoadkitError('cache-unwritable', `the cache folder ${cache} cannot be written: ${messageOf(error)}`, {
      hint: 'Make it writable, or name another place: XDG_CACHE_HOME=/some/folder loadkit setup',
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

function workshopName(name: string): string {
  const { pid, startedAt } = identityOf(process.pid);
  return `.making-${name}.${pid}.${startedAt ?? 'unknown'}`;
}

/** What a machine that lost its power left. */
async function removeLeftovers(cache: string, name: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    if (!entry.startsWith(`.making-${name}.`)) continue;
    const [pid, startedAt] = entry.slice(`.making-${name}.`.length).split('.');
    if (isAlive({ pid: Number(pid), startedAt: startedAt ?? null })) continue;
    await rm(join(cache, entry), { recursive: true, force: true, maxRetries: 3 });
  }
}

async function writeManifest(folder: string, manifest: InstallManifest, context: InstallContext): Promise<void> {
  const madeAt = new Date(context.clock.now()).toISOString();
  await writeFile(join(folder, manifestFile), `${JSON.stringify({ ...manifest, madeAt }, null, 2)}\n`);
}
