import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import { type AptClient, findApt, unpackPackages } from './apt-source.ts';
import type { InstallContext } from './context.ts';
import type { InstallManifest } from './install-folder.ts';
import { mariadbServerIn, tryMysql } from './mysql.ts';
import { redisServersIn, tryRedis } from './redis.ts';
import type { Trial } from './search.ts';
import { packageRoot } from './unpacked-packages.ts';

/** Sets of packages, tried in this order: not every release has the first, or has it new enough. */
export const redisPackages = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;
export const mariadbPackages = [
  ['mariadb-server-core', 'mariadb-client-core'],
  ['mariadb-server-core-10.6', 'mariadb-client-core-10.6'],
] as const;

interface StoreRecipe<T extends { readonly version: string }> {
  readonly tool: string;
  readonly title: string;
  readonly packageSets: ReadonlyArray<readonly string[]>;
  readonly serversIn: (folder: string) => readonly string[];
  readonly try: (file: string) => Promise<Trial<T>>;
}

export function unpackRedis(made: string, scratch: string, context: InstallContext): Promise<InstallManifest> {
  return unpackStore(
    {
      tool: 'redis',
      title: 'Redis',
      packageSets: redisPackages,
      serversIn: redisServersIn,
      try: (file) => tryRedis(file, 'installed', context),
    },
    made,
    scratch,
    context,
  );
}

export function unpackMariadb(made: string, scratch: string, context: InstallContext): Promise<InstallManifest> {
  return unpackStore(
    {
      tool: 'mysql',
      title: 'MariaDB',
      packageSets: mariadbPackages,
      serversIn: (folder) => [mariadbServerIn(folder)],
      try: (file) => tryMysql(file, 'installed', context),
    },
    made,
    scratch,
    context,
  );
}

/** The first set of packages that gives a server that runs and is new enough. */
async function unpackStore<T extends { readonly version: string }>(
  recipe: StoreRecipe<T>,
  made: string,
  scratch: string,
  context: InstallContext,
): Promise<InstallManifest> {
  const client: AptClient | null = await findApt(context);
  if (client === null) throw new LoadkitError('install-step', `${recipe.title}: no apt-get to fetch it with`);
  let failure: LoadkitError | undefined;
  for (const [index, packages] of recipe.packageSets.entries()) {
    const root = join(made, packageRoot);
    const ownScratch = join(scratch, String(index));
    try {
      const from = await unpackPackages({ title: recipe.title, packages, root, scratch: ownScratch }, client, context);
      const trial = await firstServer(recipe, made);
      if (trial.ok) return { tool: recipe.tool, version: trial.tool.version, from };
      failure ??= new LoadkitError('install-step', `${recipe.title} (${packages.join(', ')}): ${trial.reason}`);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof LoadkitError)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? new LoadkitError('install-step', `${recipe.title}: no package to fetch`);
}

async function firstServer<T extends { readonly version: string }>(
  recipe: StoreRecipe<T>,
  folder: string,
): Promise<Trial<T>> {
  for (const file of recipe.serversIn(folder)) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return recipe.try(file);
  }
  return { ok: false, version: null, reason: 'its packages hold no server' };
}
