import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ToolSource } from '../system/tool.ts';
import { manifestFile } from './cache-layout.ts';
import type { SearchContext } from './context.ts';

/** Below an installed folder: the files of its Debian packages, laid out as they would be at `/`. */
export const packageRoot = 'root';

/**
 * `…/root/usr/bin/redis-server` → `…/root`; null for a program that was not unpacked by us. A setting may name one that
 * was.
 */
export function rootOf(program: string, source: ToolSource): string | null {
  const root = resolve(program, '..', '..', '..');
  if (source === 'cache' || source === 'installed') return root;
  return basename(root) === packageRoot && existsSync(join(root, '..', manifestFile)) ? root : null;
}

/** What an unpacked program needs to find the libraries that were unpacked beside it. */
export async function libraryEnvironment(
  root: string | null,
  { env }: Pick<SearchContext, 'env'>,
): Promise<Record<string, string>> {
  if (root === null) return {};
  const folders = await Promise.all(['usr/lib', 'lib'].map((folder) => libraryFolders(join(root, folder))));
  const inherited = env.LD_LIBRARY_PATH;
  const all = [...folders.flat(), ...(inherited === undefined || inherited === '' ? [] : [inherited])];
  return all.length === 0 ? {} : { LD_LIBRARY_PATH: all.join(':') };
}

/** Debian keeps libraries in a folder per architecture, such as `usr/lib/x86_64-linux-gnu`. */
async function libraryFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.includes('-linux-')).map((name) => join(folder, name));
}
