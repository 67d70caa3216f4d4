import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ToolName } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { readPinned } from './pinned.ts';

/** Written into each installed folder: what it is and where it came from. */
export const manifestFile = 'loadkit-install.json';

/**
 * The folder of an installed tool. Its name carries all that decides what is inside: two versions, or two
 * distributions that share a home, never meet.
 */
export async function installedFolder(tool: ToolName, context: SearchContext): Promise<string> {
  return join(resolve(context.cacheFolder), await folderName(tool, context));
}

async function folderName(tool: ToolName, context: SearchContext): Promise<string> {
  switch (tool) {
    case 'k6':
    case 'toxiproxy':
      return `${tool}-${(await readPinned(context.pinnedFolder))[tool]}-${context.platform}-${context.arch}`;
    case 'kafka':
      return `kafka-${(await readPinned(context.pinnedFolder)).kafka}`;
    case 'redis':
      return `redis-${await distribution()}-${context.arch}`;
    case 'mysql':
      return `mariadb-${await distribution()}-${context.arch}`;
  }
}

/** `debian-12`, `ubuntu-24.04`; `linux` where the system does not say. */
async function distribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([A-Za-z0-9._-]+)`, 'm').exec(text)?.[1];
  return [field('ID') ?? 'linux', field('VERSION_ID')].filter((part) => part !== undefined).join('-');
}
