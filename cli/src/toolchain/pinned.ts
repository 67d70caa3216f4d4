import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';

/** What is built from a Go module. Its pinned `go.mod` stands in a folder of its name. */
export const goModules = {
  k6: 'go.k6.io/k6/v2',
  toxiproxy: 'github.com/Shopify/toxiproxy/v2',
} as const;
export type GoToolName = keyof typeof goModules;

/** The one place of each pinned version is the file that its package client reads. */
export interface Pinned {
  /** From `k6/go.mod`, without the `v`. */
  readonly k6: string;
  /** From `toxiproxy/go.mod`, without the `v`. */
  readonly toxiproxy: string;
  /** From `kafka/pom.xml`. */
  readonly kafka: string;
}

export async function readPinned(pinnedFolder: string): Promise<Pinned> {
  const [k6, toxiproxy, kafka] = await Promise.all([
    goVersion('k6', pinnedFolder),
    goVersion('toxiproxy', pinnedFolder),
    versionIn(join(pinnedFolder, 'kafka', 'pom.xml'), /<kafka\.version>(\d[^<]*)<\/kafka\.version>/),
  ]);
  return { k6, toxiproxy, kafka };
}

function goVersion(tool: GoToolName, pinnedFolder: string): Promise<string> {
  const module = goModules[tool].replaceAll('.', '\\.');
  return versionIn(join(pinnedFolder, tool, 'go.mod'), new RegExp(`^(?:require )?\\s*${module} v(\\d\\S*)`, 'm'));
}

async function versionIn(file: string, pattern: RegExp): Promise<string> {
  const version = pattern.exec(await readFile(file, 'utf8'))?.[1];
  if (version === undefined) throw new LoadkitError('toolchain-file', `${file} names no version (${pattern.source})`);
  return version;
}
